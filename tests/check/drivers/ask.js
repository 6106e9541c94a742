// Asks as a Node program does that follows docs/clients.md.
//
//     node ask.js pg|mysql2    prints the number of orders; NODE_PATH leads to the drivers
const query = 'SELECT count(*) AS n FROM orders';

const ways = {
    async pg() {
        const { Client } = require('pg');
        const client = new Client();
        await client.connect();
        const { rows } = await client.query(query);
        await client.end();
        return rows[0].n;
    },
    async mysql2() {
        const { createPool } = require('mysql2/promise');
        const pool = createPool({
            socketPath: process.env.DB_SOCKET,
            user: process.env.DB_USER,
            database: process.env.DB_NAME,
        });
        try {
            const [rows] = await pool.query(query);
            return rows[0].n;
        } finally {
            await pool.end();
        }
    },
};

ways[process.argv[2]]().then(
    (n) => console.log(String(n)),
    (fault) => {
        console.error(String(fault));
        process.exit(1);
    },
);
