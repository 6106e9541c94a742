// The same token by AWS's JavaScript signer, which finds the keys itself: for make bench.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, hostname, port, region, username] = process.argv.slice(2);
const { Signer } = createRequire(resolve(folder, "package.json"))("@aws-sdk/rds-signer");
console.log(await new Signer({ hostname, port: Number(port), region, username }).getAuthToken());
