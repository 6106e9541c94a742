import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Properties;

/**
 * What a Java program does with its database: URL, USER (or "" for none), PASSWORD (the same) and a
 * statement that sleeps are its arguments. Prints a line for each thing that it did.
 */
public class ThroughGate {
    private static String url;
    private static final Properties properties = new Properties();

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        url = args[0];
        if (!args[1].isEmpty())
            properties.setProperty("user", args[1]);
        if (!args[2].isEmpty())
            properties.setProperty("password", args[2]);
        DriverManager.setLoginTimeout(20);
        try (Connection session = connect(); Statement statement = session.createStatement()) {
            out.println("orders " + one(statement, "SELECT count(*) FROM orders"));
            try (var prepared = session.prepareStatement("SELECT customer FROM orders WHERE id = ?")) {
                for (int i = 0; i < 9; i++) { // PostgreSQL's driver prepares it from the fifth on
                    prepared.setInt(1, 1 + i % 3);
                    try (ResultSet rows = prepared.executeQuery()) {
                        rows.next();
                        if (i >= 6)
                            out.println("customer " + rows.getString(1));
                    }
                }
            }
            session.setAutoCommit(false);
            statement.execute("CREATE TEMPORARY TABLE t (n INT, s VARCHAR(100))");
            try (var batch = session.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
                for (int n = 0; n < 20000; n++) {
                    batch.setInt(1, n);
                    batch.setString(2, "row ☃ " + n);
                    batch.addBatch();
                }
                batch.executeBatch();
            }
            statement.setFetchSize(100);
            long sum = 0;
            try (ResultSet rows = statement.executeQuery("SELECT n, s FROM t ORDER BY n")) {
                while (rows.next())
                    sum += rows.getInt(1) + rows.getString(2).length();
            }
            out.println("sum " + sum);
            session.rollback();
            session.setAutoCommit(true);
            statement.setQueryTimeout(1);
            try {
                statement.execute(args[3]);
                out.println("slept");
            } catch (SQLException cancelled) {
                out.println("cancelled");
            }
            statement.setQueryTimeout(0);
            out.println("again " + one(statement, "SELECT 42"));
        }
        var sessions = new ArrayList<Connection>();
        for (int i = 0; i < 20; i++)
            sessions.add(connect());
        for (Connection session : sessions) {
            try (session; Statement statement = session.createStatement()) {
                one(statement, "SELECT 1");
            }
        }
        out.println("sessions " + sessions.size());
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
