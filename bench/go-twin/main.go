// Command go-twin is the label job of fargate-webhook, and nothing else of it, written in Go in two ways: to measure against.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	path  = "/mutate"
	key   = "fargate"
	value = "yes"
	// As much as controller-runtime takes.
	maxBody = 7 << 20
)

func main() {
	server := flag.String("server", "controller-runtime", "which of the two ways: controller-runtime, or net-http")
	port := flag.Int("port", 8443, "the port for HTTPS")
	certificates := flag.String("certificates", ".", "the folder with tls.crt and tls.key")
	flag.Parse()

	var err error
	switch *server {
	case "controller-runtime":
		err = controllerRuntime(*port, *certificates)
	case "net-http":
		err = netHTTP(*port, *certificates)
	default:
		fmt.Fprintf(os.Stderr, "go-twin: unknown -server %q: use controller-runtime or net-http\n", *server)
		os.Exit(2)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// The way of controller-runtime's documentation, and of nearly every webhook in Go: the pod is decoded, changed and encoded
// again, and the patch is what differs.
func controllerRuntime(port int, certificates string) error {
	ctrllog.SetLogger(zap.New())
	server := webhook.NewServer(webhook.Options{Port: port, CertDir: certificates})
	server.Register(path, &webhook.Admission{Handler: &podLabeler{decoder: admission.NewDecoder(scheme.Scheme)}})
	return server.Start(signals.SetupSignalHandler())
}

type podLabeler struct {
	decoder admission.Decoder
}

func (l *podLabeler) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := l.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels[key] = value
	marshaled, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, marshaled)
}

// The least that Go's standard library and the Kubernetes types make of it: the patch is written by hand.
func netHTTP(port int, certificates string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		answer, err := label(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer) // whoever asked may be gone
	})
	server := &http.Server{
		Addr:      fmt.Sprintf(":%d", port),
		Handler:   mux,
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return server.ListenAndServeTLS(filepath.Join(certificates, "tls.crt"), filepath.Join(certificates, "tls.key"))
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

func label(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(data, &review); err != nil {
		return nil, err
	}
	if review.Request == nil {
		return nil, errors.New("an AdmissionReview without a request")
	}
	var pod corev1.Pod
	if err := json.Unmarshal(review.Request.Object.Raw, &pod); err != nil {
		return nil, err
	}

	// A patch cannot add a label where there is no map of labels.
	patch := operation{"add", "/metadata/labels/" + key, value}
	if pod.Labels == nil {
		patch = operation{"add", "/metadata/labels", map[string]string{key: value}}
	}
	operations, err := json.Marshal([]operation{patch})
	if err != nil {
		return nil, err
	}
	jsonPatch := admissionv1.PatchTypeJSONPatch
	review.Response = &admissionv1.AdmissionResponse{
		UID: review.Request.UID, Allowed: true, Patch: operations, PatchType: &jsonPatch,
	}
	review.Request = nil
	return json.Marshal(review)
}
