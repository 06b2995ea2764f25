"""Messages of other banks and of clearing houses: transfers, reports, returns, recalls, enquiries."""
