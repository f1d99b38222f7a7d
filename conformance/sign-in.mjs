// The six steps from e-mail and password to a session token, sent and taken apart as carelessly as the
// scripts that people run do it, so that the emulator answers what those can read.

/** All six: the bearer token for the Homey. */
export async function sessionToken(emulator) {
  const tokens = await exchange(emulator, await authorizationCode(emulator));
  return logInToHomey(emulator, await delegate(emulator, tokens));
}

/** Steps 1 to 3: a code that the token endpoint takes once. */
export async function authorizationCode(emulator) {
  const userToken = await logIn(emulator);
  const query =
    `client_id=${emulator.client_id}&redirect_uri=${encodeURIComponent(emulator.redirect_uri)}` +
    `&response_type=code&user_token=${userToken}`;
  const page = await openConsent(emulator, query);
  return page.code ?? giveConsent(emulator, query, page);
}

async function logIn({ accounts_url, email, password }) {
  const answer = await fetch(`${accounts_url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: `email=${encodeURIComponent(email)}&password=${encodeURIComponent(password)}&otptoken=`,
  });
  return (await answer.json()).token;
}

async function openConsent({ accounts_url }, query) {
  const answer = await fetch(`${accounts_url}/oauth2/authorise?${query}`, { redirect: 'manual' });
  // Consent that was given before is not asked for again.
  if (answer.status === 302) return { code: codeIn(answer) };
  const html = await answer.text();
  const [csrf] = html.split('name="_csrf" value="').at(-1).split('">');
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('_csrf'));
  return { csrf: csrf.trim(), cookie: cookie.split('=')[1] };
}

async function giveConsent({ accounts_url, cloud_id }, query, { csrf, cookie }) {
  const answer = await fetch(`${accounts_url}/authorise?${query}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `_csrf=${cookie}`,
    },
    body: `resource=resource.homey.${cloud_id}&_csrf=${csrf}&allow=Allow`,
  });
  return codeIn(answer);
}

function codeIn(answer) {
  return answer.headers.get('location').split('=')[1];
}

async function exchange({ api_url, client_id, client_secret }, code) {
  const answer = await fetch(`${api_url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body:
      `client_id=${encodeURIComponent(client_id)}&client_secret=${encodeURIComponent(client_secret)}` +
      `&grant_type=authorization_code&code=${encodeURIComponent(code)}`,
  });
  return answer.json();
}

// The bearer alone counts; the form is a habit of those scripts, the space in it too.
async function delegate({ api_url, client_id, client_secret }, { access_token, refresh_token }) {
  const answer = await fetch(`${api_url}/delegation/token?audience=homey`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer ${access_token}`,
    },
    body:
      `client_id=${client_id} &client_secret=${client_secret}` +
      `&grant_type=refresh_token&refresh_token=${refresh_token}`,
  });
  return answer.json();
}

async function logInToHomey({ homey_url }, token) {
  const answer = await fetch(`${homey_url}/api/manager/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return answer.json();
}
