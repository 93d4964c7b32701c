"""How a consignment gets from the field device over storage places to the desk, and how the receipt comes back."""
