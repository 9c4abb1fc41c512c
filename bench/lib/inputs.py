"""What is sent: AdmissionReviews of several sizes, Fargate profiles, and a pod to create."""
import json

CHECKOUT = "create-pods-checkout-service.json"
BARE = "create-pods-bare.json"
# Of the review that each size is made of.
SIZES = {"2 KB": BARE, "7 KB": CHECKOUT, "50 KB": CHECKOUT, "1 MB": CHECKOUT}
_UNITS = {"KB": 1024, "MB": 1024 * 1024}


def compact(value):
    """JSON without white space, as an API server writes it."""
    return json.dumps(value, separators=(",", ":"))


class Inputs:
    def __init__(self, reviews, folder):
        self.reviews, self.folder = reviews, folder

    def review(self, size):
        """The file with the review of this size, a key of SIZES."""
        review = json.loads((self.reviews / SIZES[size]).read_text())
        if size != "2 KB":
            number, unit = size.split()
            self._grow(review, int(number) * _UNITS[unit])
        return self._write(f"review-{size.replace(' ', '-')}.json", review)

    @staticmethod
    def _grow(review, size):
        """Environment variables are what makes pods large."""
        container = review["request"]["object"]["spec"]["containers"][0]
        variables = container.setdefault("env", [])
        length = len(compact(review))
        while length < size:
            n = len(variables)
            variables.append({"name": f"CHECKOUT_ENDPOINT_{n:05}", "value": f"http://service-{n:05}.checkout.svc:8080/api"})
            length += len(compact(variables[-1])) + 1

    def profiles(self, count):
        """The file with so many Fargate profiles, of which the last by name is the one that takes the pod of the reviews."""
        profiles = []
        for n in range(count - 1):
            namespace, labels = [
                (f"team-{n}", {"fargate": "yes"}),
                (f"*-{n}-prod", {"fargate": "yes"}),
                (f"shop-{n}", {"app.kubernetes.io/*": "cart-*"}),
                (f"team-{n}-*", {"fargate": "yes"}),
            ][n % 4]
            if n % 50 == 0:
                namespace, labels = "checkout", {"app.kubernetes.io/name": f"orders-{n}"}
            profiles.append(_profile(f"profile-{n:04}", namespace, labels))
        profiles.append(_profile("profile-last", "checkout", {"fargate": "yes"}))
        return self._write(f"profiles-{count}.json", profiles)

    def pod(self):
        """The file with the pod of the 7 KB review as its creator wrote it, without what an API server has added."""
        pod = json.loads((self.reviews / CHECKOUT).read_text())["request"]["object"]
        metadata, spec = pod["metadata"], pod["spec"]
        for field in ("namespace", "managedFields", "ownerReferences"):
            del metadata[field]
        for field in ("serviceAccount", "serviceAccountName", "tolerations", "priority", "preemptionPolicy",
                      "enableServiceLinks", "schedulerName"):
            spec.pop(field, None)
        del pod["status"]
        spec["volumes"] = _without_token(spec["volumes"])
        for container in spec["containers"]:
            container["volumeMounts"] = _without_token(container["volumeMounts"])
        return self._write("pod.json", pod)

    def _write(self, name, value):
        file = self.folder / name
        file.write_text(compact(value))
        return file


def _profile(name, namespace, labels):
    return {"fargateProfileName": name, "selectors": [{"namespace": namespace, "labels": labels}]}


def _without_token(named):
    return [one for one in named if not one["name"].startswith("kube-api-access-")]
