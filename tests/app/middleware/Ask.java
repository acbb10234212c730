import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Posts a body as Java's own client does unless it is told otherwise: `java Ask.java ADDRESS BODY TIMES`. */
class Ask {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        Path body = Path.of(arguments[1]);
        ask(client, arguments[0], HttpRequest.BodyPublishers.ofFile(body), Integer.parseInt(arguments[2]), false);
        byte[] content = Files.readAllBytes(body);
        Supplier<java.io.InputStream> stream = () -> new java.io.ByteArrayInputStream(content);
        ask(client, arguments[0], HttpRequest.BodyPublishers.ofInputStream(stream), 1, false);
        ask(client, arguments[0], HttpRequest.BodyPublishers.ofFile(body), 1, true);
    }

    /** Prints the status, the version of HTTP and the digit of each answer. */
    static void ask(HttpClient client, String address, HttpRequest.BodyPublisher body, int times, boolean expects)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json").expectContinue(expects).POST(body).build();
        for (int time = 0; time < times; time++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " " + answer.version() + " " + answer.body().substring(0, 10));
        }
    }
}
