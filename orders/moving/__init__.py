"""Moving a store to another stack: it leaves (orders.moving.db.leave) and arrives (orders.moving.db.arrive), once."""
