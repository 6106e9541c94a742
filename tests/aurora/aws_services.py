"""What the simulated services of AWS have in common: the world behind them, their log."""
import json
import secrets
import uuid

from aws_sigv4 import signer
from aws_world import Refused
from faulty_http import Answer, Service, holder


class AwsService(Service):
    """A service of a world. A subclass has a name, and methods for what it is asked for."""

    name = form = ""

    def __init__(self, world, folder, url):
        super().__init__(f"{folder}/faults", f"{folder}/log")
        self.world, self.url = world, url

    def offset(self):
        return self.world.offset()

    def operation(self, request):
        """Its name, and its arguments without secrets; "other" for none."""
        raise NotImplementedError

    def perform(self, request):
        """The document of the right answer; raises Refused."""
        raise NotImplementedError

    def places(self, request):
        return self.name, self.operation(request)[0]

    def described(self, request):
        operation, arguments = self.operation(request)
        key_id, region = signer(request)
        return {"service": self.name, "operation": operation, "arguments": arguments,
                "access_key_id": key_id, "region": region, "host": request.headers.get("host")}

    def headers(self):
        return {"x-amzn-RequestId": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
                "Content-Type": "text/xml" if self.form == "xml" else "application/json"}

    def answer(self, request):
        try:
            document = self.perform(request)
            answer = Answer(200, document=document, headers=self.headers(), form=self.form)
            if self.form == "xml":
                holder(document, "RequestId")["RequestId"] = answer.headers["x-amzn-RequestId"]
            for key in "AccessKeyId", "accessKeyId":
                if given := holder(document, key).get(key):
                    answer.more["gave"] = given
        except Refused as refused:
            answer = self.refusal(request, refused.status, refused.code, refused.message)
            answer.more["code"] = refused.code
        return answer


def json_of(request):
    """The object in the body of a request; {} where there is none."""
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def without_secrets(given):
    """The arguments of an OAuth request."""
    return {name: given[name] for name in ("clientId", "grantType") if name in given}
