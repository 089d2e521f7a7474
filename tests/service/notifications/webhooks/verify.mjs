// Verifies posts as a receiver in JavaScript would. Reads [{secret, headers, body}], prints what each said, or why not.
// The official library knows the symmetric signature alone; ed25519 is what node's own crypto makes of the specification.
import { createPublicKey, verify } from "node:crypto";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { Webhook } = createRequire(`${process.argv[2]}/`)("standardwebhooks");

function verified({ secret, headers, body }) {
  if (secret.startsWith("whsec_")) return new Webhook(secret).verify(body, headers);
  const x = Buffer.from(secret.slice("whpk_".length), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const signatures = headers["webhook-signature"].split(" ").map((each) => each.split(","));
  const good = signatures.some(([scheme, told]) => scheme === "v1a" && verify(null, signed, key, Buffer.from(told, "base64")));
  if (!good) throw new Error("No matching signature found");
  return JSON.parse(body);
}

const said = JSON.parse(await text(process.stdin)).map((post) => {
  try {
    return verified(post);
  } catch (error) {
    return error.message;
  }
});
console.log(JSON.stringify(said));
