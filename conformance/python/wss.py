"""homey-wss-python: a live connection of its own making, without any Socket.IO library."""

import asyncio

from homey_wss_python import HomeyClient

from given import given, holds_no_token


async def main():
    client = HomeyClient()
    # Its sign-in knows the vendor's hosts alone; it starts where that would have ended.
    known = client.connection_credential_internals
    known.cloud_remote_url = given["url"].replace("http://", "ws://")
    known.cloud_remote_token = given["token"]
    known.homey_id = given["homey_id"]
    await client.connect_to_cloud_remote_websocket_after_authentication()
    devices = await client.get_devices()
    assert len(devices) > 1
    lamp = next(one for one in devices if any(c.id == "onoff" and c.settable for c in one.capabilities))
    value = await client.get_device_capability_value(lamp.id, "onoff")
    await client.set_device_capability_value(lamp.id, "onoff", not value)
    again = await client.get_device(lamp.id)
    onoff = next(one for one in again.capabilities if one.id == "onoff")
    assert onoff.value is (not value), onoff.value
    holds_no_token(repr([vars(one) for one in devices]))
    await client.disconnect()
    print(len(devices))


asyncio.run(main())
