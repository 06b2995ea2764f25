"""Messages of a file into other messages: placed by routing, mapped, bundled, checked."""
