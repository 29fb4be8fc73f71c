package logline

import (
	"bytes"
)

// shapes are how secrets begin: keys and tokens of the node, what a request shows, secrets of
// webhooks, JSON Web Tokens, and keys in PEM.
var shapes = []struct {
	begin string
	least int // letters and digits that must follow, for it to be a secret
}{
	{"ent_", 20}, {"Bearer ", 8}, {"whsec_", 8}, {"eyJ", 20}, {"-----BEGIN ", 0},
}

// shortest is the fewest bytes in which there can be a secret.
const shortest = 11

const redacted = "[redacted]"

// scrub is the last resort: nothing that logs is given a secret, and where one slips in all the same it
// does not get out. It changes b, which has one text from an offset on, and returns it.
func scrub(b []byte, from int) []byte {
	for _, s := range shapes {
		for at := from; ; {
			i := bytes.Index(b[at:], []byte(s.begin))
			if i < 0 {
				break
			}
			at += i
			end := at + len(s.begin)
			if s.least == 0 { // all that follows
				quoted := b[from] == '"'
				if b = append(b[:at], redacted...); quoted {
					b = append(b, '"')
				}
				return b
			}
			for end < len(b) && secret[b[end]] {
				end++
			}
			if end-at-len(s.begin) < s.least {
				at = end
				continue
			}
			rest := append([]byte(redacted), b[end:]...)
			b = append(b[:at], rest...)
			at += len(redacted)
		}
	}
	return b
}

// secret are the bytes that secrets are made of.
var secret = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") {
		is[c] = true
	}
	return is
}()
