// From e-mail and password to an authorization code. The answers are taken apart as carelessly as the
// scripts that people run do it, so that the emulator answers what those can read.

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
