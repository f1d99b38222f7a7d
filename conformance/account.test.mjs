// The account cloud, as the vendor's client uses it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { cloudOf, signedIn } from './client.mjs';
import { Emulator } from './emulator.mjs';
import { authorizationCode } from './sign-in.mjs';

describe('the account cloud', () => {
  let emulator;
  before(async () => { emulator = await Emulator.start(); });
  after(() => emulator?.stop());

  it('gives tokens for an authorization code', async () => {
    const cloud = cloudOf(emulator);
    const code = await authorizationCode(emulator);
    const token = await cloud.authenticateWithAuthorizationCode({ code });
    assert.equal(token.token_type.toLowerCase(), 'bearer');
    assert.equal(token.grant_type, 'authorization_code');
    assert.ok(token.access_token && token.refresh_token && token.expires_in > 0);
    assert.equal(await cloud.isLoggedIn(), true);
  });

  it('takes a code once', async () => {
    const code = await authorizationCode(emulator);
    await cloudOf(emulator).authenticateWithAuthorizationCode({ code });
    await refused(cloudOf(emulator).authenticateWithAuthorizationCode({ code }), 400);
  });

  it('does not take a code that it never gave', async () => {
    await refused(cloudOf(emulator).authenticateWithAuthorizationCode({ code: 'made-up' }), 400);
  });

  it('refuses a wrong client secret, and the code stays good', async () => {
    const code = await authorizationCode(emulator);
    const stranger = cloudOf(emulator, 'wrong-secret');
    await refused(stranger.authenticateWithAuthorizationCode({ code }), 401, /client/i);
    await cloudOf(emulator).authenticateWithAuthorizationCode({ code });
  });

  it('gives tokens for a password, and none for a wrong one', async () => {
    const cloud = cloudOf(emulator);
    await cloud.authenticateWithPassword(emulator.email, emulator.password);
    assert.equal((await cloud.getAuthenticatedUser()).email, emulator.email);
    await refused(cloudOf(emulator).authenticateWithPassword(emulator.email, 'wrong'), 400);
  });

  it('gives tokens to a client for itself', async () => {
    const token = await cloudOf(emulator).authenticateWithClientCredentials();
    assert.ok(token.access_token);
  });

  it('tells who is signed in and which Homeys there are', async () => {
    const user = await (await signedIn(emulator)).getAuthenticatedUser();
    assert.equal(user.email, emulator.email);
    assert.ok(user.id && user.firstname && user.lastname);
    const homey = user.getFirstHomey();
    assert.equal(homey.id, emulator.cloud_id);
    assert.equal(homey.role, 'owner');
    assert.match(homey.state, /^online/);
    assert.throws(() => user.getHomeyById('not-in-this-account'));
  });

  it('signs delegation tokens that can be checked with its key', async () => {
    const cloud = await signedIn(emulator);
    const token = await cloud.createDelegationToken({ audience: 'homey' });
    const claims = await cloud.verifyDelegationTokenCached({ token, audience: 'homey' });
    assert.ok(claims.exp > claims.iat);
    await refused(cloud.verifyDelegationTokenCached({ token, audience: 'another' }), 401);
    const [head, body, signature] = token.split('.');
    const forged = [head, body, signature.split('').reverse().join('')].join('.');
    await refused(cloud.verifyDelegationTokenCached({ token: forged, audience: 'homey' }), 401);
  });

  it('renews an access token once, and the refresh token with it', async () => {
    const cloud = await signedIn(emulator);
    const first = { ...(await cloud.__getStore()).token };
    await emulator.expire('access');
    const calls = await emulator.callsDuring(() => cloud.getAuthenticatedUser({ $cache: false }));
    assert.equal(calls('oauth2.token.refresh_token'), 1);
    const second = (await cloud.__getStore()).token;
    assert.notEqual(second.access_token, first.access_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(second.grant_type, 'authorization_code');
  });

  it('serves many calls whose access token died, in whatever order they are answered', async () => {
    const cloud = await signedIn(emulator);
    await emulator.expire('access');
    // Calls that are refused after a renewal has ended start another one in this client, so how many
    // there are is a matter of timing; that each call is served is not.
    const users = await Promise.all(
      Array.from({ length: 5 }, () => cloud.getAuthenticatedUser({ $cache: false })),
    );
    assert.deepEqual(users.map((user) => user.email), Array(5).fill(emulator.email));
  });

  it('says so when the refresh token is dead as well', async () => {
    const cloud = await signedIn(emulator);
    await emulator.expire('all');
    await refused(cloud.getAuthenticatedUser({ $cache: false }), 400);
  });
});

/** The vendor's error with that status and a text that came from the server. */
async function refused(call, status, text = /\w/) {
  await assert.rejects(call, (error) => {
    assert.equal(error.statusCode, status, `${error.statusCode} ${error.message}`);
    assert.match(error.message, text);
    assert.doesNotMatch(error.message, /Invalid response from server|Unknown API Error|undefined/);
    return true;
  });
}
