"""Write messages: from values by path, and generated ones; and as data, through a second engine."""
