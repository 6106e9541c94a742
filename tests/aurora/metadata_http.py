"""What the simulated metadata services of EC2 and of containers answer where nothing goes wrong."""
import os
import secrets
import time

from faulty_http import ISO, Answer, Service

TOKEN_PATH = "/latest/api/token"
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
REGION_PATH = "/latest/meta-data/placement/region"
TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN_HEADER = "x-aws-ec2-metadata-token"
LIFE_S = 6 * 3600


class Metadata(Service):
    """One NAME: an instance or a container."""

    def __init__(self, options, name):
        path = os.path.join(options.dir, name)
        super().__init__(path + ".faults", path + ".log")
        self.options, self.tokens = options, set()
        self.paths = {TOKEN_PATH: "token", ROLE_PATH: "role", REGION_PATH: "region",
                      ROLE_PATH + options.role: "credentials"}

    def place(self, request):
        if self.options.kind == "container":
            return "credentials"
        return self.paths.get(request.path, "other")

    def places(self, request):
        return [self.place(request)]

    def described(self, request):
        return {"method": request.method, "path": request.path, "headers": request.headers}

    def answer(self, request):
        answer = self.imds(request) if self.options.kind == "imds" else self.container(request)
        answer.headers["Server"] = "EC2ws"
        return answer

    def refusal(self, request, status, code, message):
        return Answer(status, document={"code": code, "message": message})

    def document(self, token_key):
        key_id, secret, session = self.options.access_key
        end = time.strftime(ISO, time.gmtime(time.time() + LIFE_S))
        return {"AccessKeyId": key_id, "SecretAccessKey": secret, token_key: session,
                "Expiration": end}

    def new_token(self, method, headers):
        if method != "PUT":
            return Answer(405)
        life = headers.get(TTL_HEADER, "")
        if not life.isdecimal() or not 1 <= int(life) <= 21600:
            return Answer(400)
        if "x-forwarded-for" in headers:
            return Answer(403)
        token = secrets.token_urlsafe(40) + "=="
        self.tokens.add(token)
        return Answer(200, token, headers={"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": life})

    def imds(self, request):
        where = self.place(request)
        if where == "token":
            return self.new_token(request.method, request.headers)
        token = request.headers.get(TOKEN_HEADER)
        if token not in self.tokens if token is not None else not self.options.v1:
            return Answer(401)
        if where == "other":
            return Answer(404, "<html>Not Found</html>")
        if request.method != "GET":
            return Answer(405)
        if where == "credentials":
            return Answer(200, document={
                "Code": "Success", "LastUpdated": time.strftime(ISO, time.gmtime()),
                "Type": "AWS-HMAC", **self.document("Token")})
        return Answer(200, self.options.role if where == "role" else self.options.region)

    def container(self, request):
        if request.method != "GET":
            return Answer(405)
        if self.options.token_file:
            with open(self.options.token_file, encoding="ascii") as file:
                wanted = file.read().rstrip("\r\n")
            if request.headers.get("authorization") != wanted:
                return self.refusal(request, 401, "AccessDenied", "bad token")
        document = {"RoleArn": "arn:aws:iam::123456789012:role/" + self.options.role,
                    **self.document("Token"), "AccountId": "123456789012"}
        return Answer(200, document=document, headers={"Content-Type": "application/json"})
