"""athom-api of PyPI: its managers over HTTP, and its account cloud where there is a code."""

import sys
from types import SimpleNamespace

if sys.version_info >= (3, 12):
    print("athom-api needs a Python older than 3.12")
    sys.exit(77)

from athom.cloud import AthomCloudAPI
from athom.homey import HomeyAPI
from athom.managers.devices import ManagerDevices
from athom.managers.users import ManagerUsers

from given import given, holds_no_token


class Nowhere(dict):
    """Its storage, in memory."""

    def set(self, key, value):
        self[key] = value


if given.get("code"):
    cloud = AthomCloudAPI(given["client_id"], given["client_secret"], given["redirect_uri"], storage=Nowhere())
    # Its hosts are fixed; its session is moved as a whole.
    cloud.s.base = given["api_url"]
    cloud.authenticateWithAuthorizationCode(given["code"])
    cloud.s.token = cloud.token
    delegation = cloud.s.post("/delegation/token", json={"audience": "homey"}).json()
    homey = HomeyAPI(given["url"], delegation)
    devices, users = homey.devices, homey.users
else:
    homey = SimpleNamespace(url=given["url"])
    devices = ManagerDevices(homey=homey, token=given["token"])
    users = ManagerUsers(homey=homey, token=given["token"])

# Its models are those of its time, which know no object in `energy`: a device without one is read by them.
every = devices.s.get("/device/").json().values()
lamp = next(one for one in every if "onoff" in one["capabilities"] and one["energy"] is None)
assert devices.getDevice(id=lamp["id"]).id == lamp["id"]
assert len(users.getUsers()) > 0
value = not lamp["capabilitiesObj"]["onoff"]["value"]
devices.setCapabilityValue(deviceId=lamp["id"], capabilityId="onoff", value=value)
again = devices.s.get(f"/device/{lamp['id']}")
assert again.json()["capabilitiesObj"]["onoff"]["value"] is value
holds_no_token(again.text)
print(len(every))
