package logline_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"entente/cli/logline"
)

// Whatever is logged by mistake, secrets do not get out; words that only look like one do.
func TestSecretsDoNotGetOut(t *testing.T) {
	const canary = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ry"
	for _, logged := range []string{
		"ent_live_k7f_" + canary + "_0a1b2c3d", "Authorization: Bearer " + canary, "whsec_" + canary, "eyJhbGciOiJFZERTQSJ9." + canary + ".sig-" + canary,
		"-----BEGIN PRIVATE KEY-----\n" + canary + "\n-----END PRIVATE KEY-----", "two: ent_api_a_" + canary + " and ent_api_b_" + canary,
	} {
		var out bytes.Buffer
		h := logline.To(&out, slog.LevelInfo)
		log := slog.New(h)
		log.Info("before")
		log.Info("it was "+logged, "value", logged, "error", &plain{logged})
		log.Info("after", "key", "key_k7f2", "path", "/entente/data", "say", "send it as Authorization: Bearer ent_…")
		h.Flush()
		if said := out.String(); strings.Contains(said, canary) || !strings.Contains(said, "[redacted]") || strings.Count(said, "\n") != 3 ||
			!strings.Contains(said, "key=key_k7f2 path=/entente/data") || !strings.Contains(said, "send it as Authorization") {
			t.Errorf("of %q the log says:\n%s", logged, said)
		}
	}
}

type plain struct{ text string }

func (p *plain) Error() string { return p.text }

// Wherever a key stands in what is logged, it does not get out, and the line stays one line.
func FuzzScrub(f *testing.F) {
	const key = "ent_live_k7f2_" + "c4n4ryc4n4ryc4n4ryc4n4ry" + "_0a1b2c3d"
	f.Add("before ", " after", "value")
	f.Add("Bearer ", "", "ent_")
	f.Add("-----BEGIN ", "\n", "eyJ")
	f.Fuzz(func(t *testing.T, before, after, name string) {
		var out bytes.Buffer
		h := logline.To(&out, slog.LevelInfo)
		slog.New(h).Info(before+key+after, name, before+key+after)
		h.Flush()
		if said := out.String(); strings.Contains(said, "c4n4ry") || strings.Count(said, "\n") != 1 {
			t.Errorf("the log says %q", said)
		}
	})
}
