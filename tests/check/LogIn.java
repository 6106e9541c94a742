import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * Logs in by files of `rdspass token --format jdbc`, as a Java program would that reads them: the
 * first line is the URL, each of the others a property. Each line of standard input is the path of
 * a file, a tab and a query; each line of the answer is "ok", a tab and the first value, or "error",
 * a tab and what the driver says.
 */
public class LogIn {
    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        DriverManager.setLoginTimeout(20);
        for (String line; (line = in.readLine()) != null;) {
            String[] request = line.split("\t", 2);
            try {
                out.println("ok\t" + logIn(Path.of(request[0]), request[1]));
            } catch (Exception fault) {
                out.println("error\t" + fault.toString().replaceAll("\\s+", " "));
            }
        }
    }

    private static String logIn(Path file, String query) throws Exception {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        var properties = new Properties();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split("=", 2);
            properties.setProperty(parts[0], parts[1]);
        }
        try (Connection session = DriverManager.getConnection(lines.get(0), properties);
                Statement statement = session.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }
}
