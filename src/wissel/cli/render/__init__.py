"""Reports as text, JSON, SARIF, JUnit and HTML."""
