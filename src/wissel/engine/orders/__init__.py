"""Orders of customers: decided, put aside, sent, booked, answered."""
