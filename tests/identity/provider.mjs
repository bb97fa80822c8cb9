// A strict OpenID Connect provider for the tests, in memory.
//
//     node provider.mjs PORT CALLBACK
//
// Everybody may sign in as anybody: the page asks for the account. What the provider says of an
// account, and how it answers, is set by the tests at /test/..., see `orders` below.

import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import Provider from "oidc-provider";

const [port, callback] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const accounts = new Map();
const grants = new Map();

const findAccount = async (_, accountId) => ({
  accountId,
  claims: async () => ({ sub: accountId, ...accounts.get(accountId) }),
});

const provider = new Provider(issuer, {
  clients: ["basic", "post"].map((way) => ({
    client_id: `hub-${way}`,
    client_secret: "a secret of the tests: &=+%",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [callback],
    token_endpoint_auth_method: `client_secret_${way}`,
  })),
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  cookies: { keys: ["tests"] },
  features: { devInteractions: { enabled: false } },
  findAccount,
  interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
  pkce: { required: () => true },
  // As with most providers: a token for when the person is away.
  issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
  ttl: {
    AccessToken: 3600,
    Grant: 86400,
    Interaction: 600,
    RefreshToken: 86400,
    Session: 86400,
  },
});

async function grantedTo(accountId, { params }) {
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const id = await grant.save();
  grants.set(accountId, [...(grants.get(accountId) ?? []), id]);
  return id;
}

async function signIn(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    response.end('<form method="post"><input name="account"><button>Sign in</button></form>');
    return;
  }
  const accountId = new URLSearchParams(await text(request)).get("account");
  const result = accountId
    ? { login: { accountId }, consent: { grantId: await grantedTo(accountId, details) } }
    : { error: "access_denied", error_description: "<b>You have won</b>" };
  await provider.interactionFinished(request, response, result);
}

async function revoke(accountId) {
  for (const id of grants.get(accountId) ?? []) {
    for (const kind of [provider.AccessToken, provider.RefreshToken, provider.AuthorizationCode]) {
      await kind.revokeByGrantId(id);
    }
    await (await provider.Grant.find(id))?.destroy();
  }
  grants.delete(accountId);
}

const answer = provider.callback();
let status = null;
let questions = [];

const orders = {
  accounts: async (id, body) => accounts.set(id, body),
  everything: async () => {
    accounts.clear();
    status = null;
    questions = [];
  },
  grants: revoke,
  questions: async () => questions,
  status: async (_, body) => (status = body === "" ? null : body),
};

createServer(async (request, response) => {
  const [, area, order, id] = request.url.split("?")[0].split("/");
  if (area === "sign-in") return signIn(request, response);
  if (area === "test") {
    const body = await text(request);
    const found = await orders[order](id, body && JSON.parse(body));
    return response.end(JSON.stringify(Array.isArray(found) ? found : null));
  }
  if (area === "me" || area === "token") {
    questions.push(area);
    if (status === 0) return undefined;
    if (status !== null) return response.writeHead(status).end("{}");
  }
  return answer(request, response);
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
