CREATE TABLE orders (id integer PRIMARY KEY, customer varchar(40) NOT NULL, amount decimal(9,2), placed date NOT NULL);
INSERT INTO orders VALUES (1, 'Ada', 12.50, '2026-01-05'), (2, 'Grace', 99.00, '2026-01-06'), (3, 'Zoë', NULL, '2026-01-07'), (4, 'O''Neill', 1000000.01, '2026-02-01'), (5, 'tab	and "quote"', 0.00, '2026-02-03');
