package webhooks

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// sign makes the header webhook-signature of Standard Webhooks 1.0: of each secret that counts at an instant, a
// symmetric signature (v1, HMAC-SHA-256) and an asymmetric one (v1a, Ed25519) of id, time in seconds and body.
func (r *ring) sign(id string, at time.Time, body []byte) string {
	content := append([]byte(id+"."+strconv.FormatInt(at.Unix(), 10)+"."), body...)
	var all []string
	for one := r; one != nil; one = one.Before {
		mac := hmac.New(sha256.New, one.Shared)
		mac.Write(content)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)),
			"v1a,"+base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(one.Seed), content)))
		if !at.Before(r.Until) {
			break
		}
	}
	return strings.Join(all, " ")
}
