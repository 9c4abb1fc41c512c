"""A real API server, of the control plane that KUBE names."""
import base64
import json
import os
import time

from lib import loads
from lib.bench import ROOT
from lib.system import Failed, Missing, call, need, say


class Cluster:
    """Started by `with`, and always stopped and wiped after it."""

    def __init__(self, bench):
        self.bench = bench
        self.kube = ROOT / os.environ.get("KUBE", "../shared/kube")
        if not os.access(self.kube / "up", os.X_OK):
            raise Missing(f"there is no control plane in {os.environ.get('KUBE', '../shared/kube')}: name its folder in KUBE")
        need("kubectl", "curl", "openssl", "zstd")
        self.folder = bench.out / "kube"

    def __enter__(self):
        say("  starting a control plane")
        self._down()  # one that an earlier run was not allowed to stop
        try:
            ports = self.bench.ports
            said = call(self.kube / "up", self.folder, "--api-port", ports.take(), "--etcd-port", ports.take())
            self.kubeconfig = said.strip().rpartition("KUBECONFIG=")[2]
            view = json.loads(self.kubectl("config", "view", "--raw", "--minify", "--output=json"))
            self.server = view["clusters"][0]["cluster"]["server"]
            self.ca = view["clusters"][0]["cluster"]["certificate-authority"]
            user = view["users"][0]["user"]
            self.client = user["client-certificate"], user["client-key"]
            self.bench.kubernetes = json.loads(self.kubectl("version", "--output=json"))["serverVersion"]["gitVersion"][1:]
        except BaseException:
            self._down()
            raise
        return self

    def __exit__(self, *_):
        self._down()

    def _down(self):
        call(self.kube / "down", self.folder, "--wipe")

    def kubectl(self, *words, text=None):
        return call("kubectl", *words, text=text, env={"KUBECONFIG": self.kubeconfig})

    def namespace(self, name, **labels):
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        # Admission of pods waits for it, too, and would be measured.
        self._until(lambda: self.kubectl("-n", name, "get", "serviceaccount", "default"), f"no service account in {name}")

    def apply(self, manifest):
        self.kubectl("apply", "-f", "-", text=json.dumps(manifest))

    def webhook(self, namespace, server):
        """Has the pods of this namespace, and no others, reviewed by this server."""
        ca = (self.bench.build.certificates / "ca.crt").read_bytes()
        self.apply({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": namespace},
            "webhooks": [{
                "name": f"{namespace}.fargate-webhook.io",
                "clientConfig": {"url": server.url(), "caBundle": base64.b64encode(ca).decode()},
                "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "admissionReviewVersions": ["v1"], "sideEffects": "None", "timeoutSeconds": 2,
                # So that a review without an answer is an error here, and not a fast create.
                "failurePolicy": "Fail",
            }]})

    def await_label(self, namespace, expected):
        """Until a pod that is created there has the label, or has not. New configurations take a moment."""
        def labeled():
            pod = json.loads(self.kubectl("-n", namespace, "create", "--dry-run=server", "--output=json",
                                          f"--filename={self.bench.inputs.pod()}"))
            if pod["metadata"]["labels"].get("fargate") != expected:
                raise Failed(f"the label of a pod is {pod['metadata']['labels'].get('fargate')}, not {expected}")
        self._until(labeled, f"pods of {namespace} are not what they should be")

    @staticmethod
    def _until(attempt, otherwise):
        for last in [False] * 60 + [True]:
            try:
                return attempt()
            except Failed as failed:
                if last:
                    raise Failed(f"{otherwise}: {failed}") from failed
            time.sleep(0.5)

    def create(self, namespace, clients, seconds):
        """Dry-run creates by so many clients, each as soon as its last was answered."""
        return loads.Vegeta(
            self.bench.build.vegeta, namespace, f"{self.server}/api/v1/namespaces/{namespace}/pods?dryRun=All",
            self.bench.inputs.pod(), self.ca, seconds, clients=clients, client_certificate=self.client).finish()
