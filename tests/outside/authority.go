package outside

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Authority is a time-stamp authority (RFC 3161) that answers requests: OpenSSL's. Its name is CN=Test time.
func Authority(t testing.TB) func(request []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", args[0], err, out)
		}
	}
	config := filepath.Join(dir, "tsa.cnf")
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(`
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
[dn]
CN = Test time
[ext]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = t
[t]
serial = DIR/serial
signer_cert = DIR/cert.pem
signer_key = DIR/key.pem
certs = DIR/cert.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
`, "DIR", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "serial"), []byte("01\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-config", config, "-days", "2", "-keyout", filepath.Join(dir, "key.pem"), "-out", filepath.Join(dir, "cert.pem"))
	return func(request []byte) []byte {
		query, reply := filepath.Join(dir, "query"), filepath.Join(dir, "reply")
		if err := os.WriteFile(query, request, 0o600); err != nil {
			t.Fatal(err)
		}
		run("ts", "-reply", "-config", config, "-queryfile", query, "-out", reply)
		b, err := os.ReadFile(reply)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}
