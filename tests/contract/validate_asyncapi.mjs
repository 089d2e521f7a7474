// Reads an AsyncAPI document with the official parser; prints what it finds as JSON: [{severity, code, path, message}].
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [tools, file] = process.argv.slice(2);
const { Parser } = createRequire(`${tools}/`)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
const found = diagnostics.map(({ severity, code, path, message }) => ({ severity, code, path: path.join("."), message }));
if (!document && !found.length) found.push({ severity: 0, code: "no-document", path: "", message: "nothing was read" });
console.log(JSON.stringify(found));
