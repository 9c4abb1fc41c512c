"""Who answers reviews.

To add one: write a function that takes the Bench and a port and returns the command, its environment, and a function that says
whether it is ready; name it in ANSWERERS. It must answer HTTPS on 127.0.0.1 at /mutate with bench.build.certificates.
"""
import base64
import http.client
import json
import ssl

from lib.system import Failed, need


def webhook(bench, port, *flags, **environment):
    """Ours, as the image starts it. More JVM flags come after those of the image, because the last one counts."""
    java, app = bench.build.webhook
    management = bench.ports.take()
    certificates = bench.build.certificates
    command = [java, f"@{app}/jvm.options", f"-XX:AOTCache={app}/app.aot", *flags, "-jar", app / "quarkus-run.jar"]
    variables = {
        **bench.build.image_environment,
        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_CERT": str(certificates / "tls.crt"),
        "QUARKUS_TLS_WEBHOOK_KEY_STORE_PEM_0_KEY": str(certificates / "tls.key"),
        "QUARKUS_HTTP_SSL_PORT": str(port),
        "QUARKUS_MANAGEMENT_PORT": str(management),
        "QUARKUS_SHUTDOWN_DELAY": "0S",
        **environment,
    }
    return command, variables, lambda: says_ready(management)


def both_compilers(bench, port):
    return webhook(bench, port, "-XX:TieredStopAtLevel=4")


def nginx(bench, port):
    """A constant answer: what TLS and HTTP alone cost. Nothing that looks at a review can be cheaper."""
    need("nginx")
    folder, certificates = bench.work / "nginx", bench.build.certificates
    folder.mkdir(exist_ok=True)
    patch = base64.b64encode(b'[{"op":"add","path":"/metadata/labels/fargate","value":"yes"}]').decode()
    answer = json.dumps({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {"uid": "b01b7346-65ec-4ecf-b5b9-8e9134166b32", "allowed": True, "patchType": "JSONPatch", "patch": patch}})
    configuration = folder / f"{port}.conf"
    configuration.write_text(f"""\
daemon off;
worker_processes 2;
pid {folder}/{port}.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type application/json;
  client_max_body_size 8m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificates}/tls.crt;
    ssl_certificate_key {certificates}/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location = /mutate {{ return 200 '{answer}'; }}
  }}
}}
""")
    return ["nginx", "-c", configuration, "-e", "stderr"], {}, lambda: answers(bench, port)


def controller_runtime(bench, port):
    return go_twin(bench, port, "controller-runtime")


def net_http(bench, port):
    return go_twin(bench, port, "net-http")


def go_twin(bench, port, server):
    command = [bench.build.go_twin, f"-server={server}", f"-port={port}", f"-certificates={bench.build.certificates}"]
    return command, {}, lambda: answers(bench, port)


WEBHOOK, BOTH_COMPILERS, NGINX = "webhook", "webhook, both compilers", "nginx"
CONTROLLER_RUNTIME, NET_HTTP = "go controller-runtime", "go net/http"
ANSWERERS = {
    WEBHOOK: webhook,
    BOTH_COMPILERS: both_compilers,
    NGINX: nginx,
    CONTROLLER_RUNTIME: controller_runtime,
    NET_HTTP: net_http,
}


def says_ready(port):
    """Whether the webhook's own health check says so."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/q/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def answers(bench, port):
    """Whether it answers a review."""
    try:
        return post(bench, port, bench.inputs.review("7 KB"))[0] == 200
    except OSError:
        return False


def check(bench, server):
    """That it adds the label, to pods with and without a map of labels. nginx says the same to both."""
    for size in ("7 KB", "2 KB"):
        if server.name == NGINX and size == "2 KB":
            continue
        file = bench.inputs.review(size)
        status, body = post(bench, server.port, file)
        if status != 200:
            raise Failed(f"{server.name} answers a review with status {status}")
        asked, response = json.loads(file.read_text())["request"], json.loads(body)["response"]
        patch = json.loads(base64.b64decode(response.get("patch", "W10=")))
        expected = ({"op": "add", "path": "/metadata/labels/fargate", "value": "yes"}
                    if "labels" in asked["object"]["metadata"] else
                    {"op": "add", "path": "/metadata/labels", "value": {"fargate": "yes"}})
        if patch != [expected] or response["uid"] != asked["uid"] or not response["allowed"]:
            raise Failed(f"{server.name} does not add the label to the pod of the {size} review: {body.decode()}")


def post(bench, port, file):
    context = ssl.create_default_context(cafile=bench.build.certificates / "ca.crt")
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.request("POST", "/mutate", file.read_bytes(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
