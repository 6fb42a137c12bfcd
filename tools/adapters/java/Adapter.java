// An adapter in Java to start from: the JDK and Gson. Put your library where the methods compute, and take what is done out of
// UNFINISHED. Spec/writing-an-adapter.md goes on from here, README.md beside this file says how to run it.
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import static java.nio.charset.StandardCharsets.UTF_8;

public final class Adapter {
    /** The input breaks a rule, a verdict: a reason class of Spec/adapter-protocol.md. */
    static final class Refused extends Exception {
        Refused(String reason) { super(reason); }
    }

    /** This adapter does not do what the request asks for; that is never a failure. */
    static final class Skipped extends Exception {
        Skipped(String why) { super(why); }
    }

    /** From `in` to `out`. */
    interface Operation {
        JsonObject perform(JsonObject given) throws Exception;
    }

    // ---- Operations without state

    /** One that reads: `out` says what was read. */
    static JsonObject decodeBigSize(JsonObject given) throws Refused {
        byte[] data = bytes(given, "bytes");
        int first = data.length == 0 ? 0 : data[0] & 0xff;
        int width = first < 0xfd ? 0 : 2 << (first - 0xfd);
        if (data.length != 1 + width) throw new Refused(data.length < 1 + width ? "tlv.truncated" : "tlv.length");
        BigInteger value = new BigInteger(1, data, width == 0 ? 0 : 1, width == 0 ? 1 : width);
        BigInteger least = switch (width) {
            case 0 -> BigInteger.ZERO;
            case 2 -> BigInteger.valueOf(0xfd);
            default -> BigInteger.ONE.shiftLeft(4 * width);
        };
        if (value.compareTo(least) < 0) throw new Refused("tlv.noncanonical");
        return object("value", value.toString());
    }

    /** One that writes: `out` has the bytes. */
    static JsonObject encodeBigSize(JsonObject given) {
        BigInteger value = number(given, "value");
        int bits = value.bitLength();
        String form = value.compareTo(BigInteger.valueOf(0xfd)) < 0 ? "%02x" : bits <= 16 ? "fd%04x" : bits <= 32 ? "fe%08x" : "ff%016x";
        return object("bytes", String.format(form, value));
    }

    /** One that judges: `{}` or a Refused. */
    static JsonObject validateStaticInvoice(JsonObject given) throws Skipped {
        byte[] invoice = bytes(given, "bytes");
        BigInteger now = number(given, "now");
        throw new Skipped("let your library judge these " + invoice.length + " bytes, as a payer at " + now + " would");
    }

    static final Map<String, Operation> OPERATIONS = new TreeMap<>(Map.of(
            "bigsize.decode", Adapter::decodeBigSize,
            "bigsize.encode", Adapter::encodeBigSize,
            "static_invoice.validate", Adapter::validateStaticInvoice));

    /** What `hello` does not list yet: what it lists and does not do makes a run inconclusive. */
    static final Set<String> UNFINISHED = Set.of("static_invoice.validate");

    // ---- A role: what has state between requests (Spec/stateful-operations.md)

    /** The frame of a static invoice server: it takes every message and does nothing about it. */
    static final class Server {
        static final Set<String> OPERATIONS = Set.of("barrier", "tick", "clock.set", "om.deliver", "server.issue_client_paths");

        final JsonObject given; // node_key, peers, graph, seed, limits, …
        BigInteger now;

        Server(JsonObject given) {
            bytes(given, "node_key");
            this.given = given;
            now = number(given, "now");
        }

        /** `out` is `{}` or `{"events": [...]}`: what the node sends and stores because of the request. */
        JsonObject perform(String op, JsonObject given) throws Exception {
            switch (op) {
                case "barrier": // finish what was begun
                case "tick": // let the timers run
                    return new JsonObject();
                case "clock.set":
                    now = number(given, "now");
                    return new JsonObject();
                case "om.deliver": // offer_paths_request, serve_static_invoice and invoice_request come here
                    return new JsonObject();
                case "server.issue_client_paths":
                    throw new Skipped("answer with paths for this client");
                default:
                    throw new Skipped("this role has no " + op);
            }
        }
    }

    /** The roles that `hello` lists: "server", when the frame is filled in. */
    static final List<String> ROLES = List.of();

    /** The party of `init`. */
    static Server party;

    // ---- The members of `in`: what is missing or of a wrong type is an error, never a verdict

    static String text(JsonObject given, String name) {
        JsonElement member = given.get(name);
        if (member == null || !member.isJsonPrimitive() || !member.getAsJsonPrimitive().isString())
            throw new IllegalArgumentException(name + ": a string is needed");
        return member.getAsString();
    }

    static byte[] bytes(JsonObject given, String name) {
        String text = text(given, name);
        if (!text.matches("[0-9a-f]*") || text.length() % 2 == 1)
            throw new IllegalArgumentException(name + ": lower-case hex is needed");
        return HexFormat.of().parseHex(text);
    }

    static BigInteger number(JsonObject given, String name) {
        String text = text(given, name);
        if (!text.matches("0|[1-9][0-9]{0,19}") || new BigInteger(text).bitLength() > 64)
            throw new IllegalArgumentException(name + ": a u64 as a decimal string is needed");
        return new BigInteger(text);
    }

    // ---- The protocol

    static JsonObject object(String name, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(name, value);
        return object;
    }

    static JsonArray array(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    static JsonObject hello() {
        Set<String> operations = new TreeSet<>(OPERATIONS.keySet());
        operations.removeAll(UNFINISHED);
        JsonObject capabilities = new JsonObject();
        if (!ROLES.isEmpty()) {
            operations.add("init");
            operations.addAll(Server.OPERATIONS);
            capabilities.add("depths", array(List.of("payload")));
        }
        JsonObject implementation = object("name", "template");
        implementation.addProperty("version", "1");
        implementation.addProperty("language", "Java");
        implementation.addProperty("url", "");
        JsonObject hello = new JsonObject();
        hello.addProperty("protocol", 1);
        hello.add("implementation", implementation);
        hello.add("operations", array(operations));
        hello.add("roles", array(ROLES));
        hello.add("profiles", array(List.of())); // "blip66-draft", when there is an operation whose cases name a profile
        hello.add("capabilities", capabilities);
        return hello;
    }

    static JsonObject perform(String op, JsonObject given) throws Exception {
        if (op.equals("hello")) return hello();
        if (op.equals("init")) {
            String role = text(given, "role");
            if (!role.equals("server")) throw new Skipped("no role " + role);
            party = new Server(given);
            return new JsonObject();
        }
        Operation operation = OPERATIONS.get(op);
        if (operation != null) return operation.perform(given);
        if (!Server.OPERATIONS.contains(op)) throw new Skipped("no operation " + op);
        if (party == null) throw new IllegalStateException(op + " before init");
        return party.perform(op, given);
    }

    static JsonObject answer(String line) {
        JsonObject answer = new JsonObject();
        answer.add("id", JsonNull.INSTANCE);
        try {
            JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            if (request.has("id")) answer.add("id", request.get("id"));
            String op = text(request, "op");
            if (!request.has("in") || !request.get("in").isJsonObject()) throw new IllegalArgumentException("in: an object is needed");
            JsonObject out = null;
            long began = System.nanoTime();
            for (long times = request.has("repeat") ? request.get("repeat").getAsLong() : 1; times > 0; times--)
                out = perform(op, request.getAsJsonObject("in"));
            long elapsed = System.nanoTime() - began;
            answer.addProperty("outcome", "accept");
            answer.add("out", out);
            if (request.has("repeat")) answer.addProperty("elapsed_ns", Long.toString(elapsed));
        } catch (Refused reason) {
            answer.addProperty("outcome", "reject");
            answer.addProperty("reason", reason.getMessage());
            answer.addProperty("detail", "");
        } catch (Skipped why) {
            answer.addProperty("outcome", "skip");
            answer.addProperty("detail", why.getMessage());
        } catch (Exception | StackOverflowError error) {
            answer.addProperty("outcome", "error");
            answer.addProperty("detail", error.toString());
        }
        return answer;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream output = new PrintStream(System.out, false, UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.print(answer(line) + "\n");
            output.flush();
        }
    }
}
