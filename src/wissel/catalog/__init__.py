"""What exists: message definitions, their schemas, bundled and imported."""
