/*
 * Signs each case for the moment that it has, as AWS's JavaScript signers do.
 *
 *     node sign_js.mjs FOLDER <signed >others
 *
 * FOLDER holds node_modules. The signers ask Date for the time, so Date is what stands still.
 */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const { Signer } = require("@aws-sdk/rds-signer");
const { DsqlSigner } = require("@aws-sdk/dsql-signer");

const RealDate = Date;
let moment = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [moment] : given));
  }
  static now() {
    return moment;
  }
};

function sign(signed) {
  const credentials = {
    accessKeyId: signed.access_key,
    secretAccessKey: signed.secret_key,
    ...(signed.session_token === "" ? {} : { sessionToken: signed.session_token }),
  };
  const common = { hostname: signed.host, region: signed.region, credentials };
  if (signed.port !== null) {
    return new Signer({ ...common, port: signed.port, username: signed.user }).getAuthToken();
  }
  const dsql = new DsqlSigner({ ...common, expiresIn: signed.expires });
  return signed.action === "DbConnectAdmin" ? dsql.getDbConnectAdminAuthToken() : dsql.getDbConnectAuthToken();
}

for await (const line of createInterface({ input: process.stdin })) {
  const signed = JSON.parse(line);
  const iso = signed.moment.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
  moment = RealDate.parse(iso);
  console.log(JSON.stringify({ number: signed.number, token: await sign(signed) }));
}
