'use strict';
// A storm of refused calls over the vendor's client: the mode `storm` of crates/housekey/examples/load/ once more.
//
//   HOMEY_API=<its file> node homey-api-storm.cjs storm --address URL --count N --scenario NAME
const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const address = option('address');

process.env.ATHOM_CLOUD_API_BASEURL = address;
const { AthomCloudAPI } = require(process.env.HOMEY_API);

const order = async (path, body) => (await fetch(`${address}/_emulator/${path}`, body && { method: 'POST', body: JSON.stringify(body) })).json();

/** Logs in through the cloud, has the tokens refused, and makes many calls at once. */
async function storm(scenario, count) {
  await order('reset', {});
  const facts = await order('facts');
  const form = { grant_type: 'password', client_id: facts.client_id, client_secret: facts.client_secret, username: facts.email, password: facts.password };
  const granted = await (await fetch(`${address}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })).json();
  const cloud = new AthomCloudAPI({ clientId: facts.client_id, clientSecret: facts.client_secret, token: new AthomCloudAPI.Token(granted) });
  const user = await cloud.getAuthenticatedUser();
  const homey = await user.getFirstHomey();
  const api = await homey.authenticate({ strategy: ['local'] });
  const toCloud = scenario === 'cloud-only';
  const call = toCloud
    ? () => cloud.call({ method: 'get', path: '/user/me' })
    : () => api.zones.getZones({ $cache: false, $socket: false });
  await call();
  const before = await order('calls');
  if (!toCloud) await order('expire', { what: 'session' });
  if (toCloud || scenario === 'cloud-too') await order('expire', { what: 'access' });
  if (scenario === 'login-503-once') await order('fault', { match: 'users.login', status: 503 });
  if (scenario === 'slow-login' || scenario === 'spread') await order('fault', { match: 'users.login', delay_ms: 200, times: 1000 });
  const begun = performance.now();
  const results = await Promise.allSettled(Array.from({ length: count }, async (_, nth) => {
    if (scenario === 'spread') await new Promise((done) => setTimeout(done, nth * 2));
    return call();
  }));
  const ms = performance.now() - begun;
  const after = await order('calls');
  const lost = results.filter((result) => result.status === 'rejected');
  const afterwards = await call().then(() => 'ok', (error) => String(error.message));
  await order('reset', {});
  const made = (name) => after[name] - before[name];
  const [logins, delegations] = [made('users.login'), made('delegation.token')];
  return {
    scenario,
    calls: count,
    lost: lost.length,
    first_error: lost.length ? String(lost[0].reason.message) : null,
    logins,
    delegations,
    oauth_refreshes: made('oauth2.token.refresh_token'),
    homey_401: toCloud ? 0 : made('zones.getZones') - count,
    cloud_401: toCloud ? made('user.me') - count : delegations - logins,
    ms,
    call_afterwards: afterwards,
  };
}

storm(option('scenario'), Number(option('count'))).then((result) => {
  console.log(JSON.stringify(result));
  process.exit(0);
});
