// What the scripts do that people copy from each other: six requests, and the token into a variable.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Emulator } from './emulator.mjs';
import { sessionToken } from './sign-in.mjs';

for (const dialect of ['v2', 'local', 'cloud']) {
  describe(`a script on a Homey of the dialect ${dialect}`, () => {
    let emulator;
    before(async () => { emulator = await Emulator.start('--dialect', dialect); });
    after(() => emulator?.stop());

    it('gets a token in six requests and keeps it in a variable', async () => {
      let token;
      const calls = await emulator.callsDuring(async () => { token = await sessionToken(emulator); });
      for (const step of [
        'login', 'authorise.get', 'authorise.post', 'oauth2.token.authorization_code',
        'delegation.token', 'users.login',
      ]) assert.equal(calls(step), 1, step);

      const variable = await send(emulator, token, 'POST', 'logic/variable', {
        name: 'accesstoken', type: 'string', value: token,
      });
      const kept = await send(emulator, token, 'GET', `logic/variable/${variable.id}`);
      assert.equal(kept.value, token);
    });

    it('is refused without a token', async () => {
      const answer = await fetch(`${emulator.homey_url}/api/manager/logic/variable`);
      assert.equal(answer.status, 401);
    });
  });
}

async function send({ homey_url }, token, method, path, body) {
  const answer = await fetch(`${homey_url}/api/manager/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.ok, true, `${method} ${path}: ${answer.status}`);
  return answer.json();
}
