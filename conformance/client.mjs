// The vendor's client, unmodified, with its cloud moved to the emulator.
import current from 'homey-api';
import older from 'homey-api-3.17';

import { authorizationCode } from './sign-in.mjs';

/** The versions of it, each with its whole API. */
export const VERSIONS = { '3.17.0': older, '3.20.0': current };

/** A client of the account cloud that is not signed in. */
export function cloudOf(emulator, secret = emulator.client_secret, version = current) {
  // Read by the client when it is made, and the only way it has to be pointed elsewhere.
  process.env.ATHOM_CLOUD_API_BASEURL = emulator.api_url;
  return new version.AthomCloudAPI({
    clientId: emulator.client_id,
    clientSecret: secret,
    redirectUrl: emulator.redirect_uri,
  });
}

/** A client of the account cloud, signed in with an authorization code. */
export async function signedIn(emulator, version = current) {
  const cloud = cloudOf(emulator, emulator.client_secret, version);
  await cloud.authenticateWithAuthorizationCode({ code: await authorizationCode(emulator) });
  return cloud;
}

/** A session on the first Homey of the account, over the address that the cloud tells. */
export async function homeyOf(cloud) {
  const homey = (await cloud.getAuthenticatedUser()).getFirstHomey();
  const strategy = homey.platform === 'cloud' ? ['cloud'] : ['local'];
  return homey.authenticate({ strategy });
}

/** A Homey on the local network, with an API key and without a cloud. */
export function localHomey(emulator, key = emulator.api_key) {
  return current.HomeyAPI.createLocalAPI({ address: emulator.homey_url, token: key });
}
