// Verifies a message of a webhook with the official library of Standard Webhooks. Reads from standard input the JSON
// object {secret, headers, body}, prints what the library makes of it, and ends with status 1 if it refuses.
import { Webhook } from "standardwebhooks";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { secret, headers, body } = JSON.parse(text);
try {
  console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
} catch (e) {
  console.error(e.message);
  process.exit(1);
}
