// Package signature reads and makes requests that their sender has signed (HTTP Message Signatures, RFC 9421), so
// that a program shows no secret that somebody on the way could take and use.
//
// It takes one profile and no other: Ed25519, a signature that names this use by its tag, that lives for at most five
// minutes and counts once, and that covers all that decides what the request does: the method, the authority, the
// path, the query, and of the fields Content-Digest (RFC 9530), Content-Type and Idempotency-Key those that are
// there; a request that may change something has an Idempotency-Key, and one with a body its digest. What covers less
// is no signature. The key's name is the public key itself, in base64url; whose it is, others know.
package signature

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// Tag is the use that a signature names.
const Tag = "entente"

// Bounds of a signature.
const (
	Life = 5 * time.Minute   // between when it was made and when it lapses, at most
	Skew = 120 * time.Second // between two clocks

	leastNonce, mostNonce = 16, 128 // bytes
	mostField             = 8 << 10 // bytes of a field of a signature
	mostParts             = 20      // components
	sumSHA256, sumSHA512  = "sha-256", "sha-512"
)

// ErrSignature is that a request's signature does not count; what wraps it says why.
var ErrSignature = errors.New("the signature does not count")

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrSignature}, args...)...)
}

// Signed is what a signature that holds says. It is for whoever knows the key to say whose it is, and to take each
// nonce of a key once until it lapses.
type Signed struct {
	Key   ed25519.PublicKey
	Nonce string
	Until time.Time // from when on the signature has lapsed for every clock

	sum []byte // of the body, by SHA-256 or SHA-512 as its length says; nil if the request states none
}

// Is reports whether a request comes with a signature for this use, which may not hold.
func Is(r *http.Request) bool { return len(r.Header.Values("Signature-Input")) > 0 }

// Read checks the signature of a request that was sent to an authority (host, and port unless it is the scheme's own).
// Its body is for Covers, when it has been read. Every error is ErrSignature.
func Read(r *http.Request, authority string, now time.Time) (Signed, error) {
	label, input, err := inputOf(r)
	if err != nil {
		return Signed{}, err
	}
	s, err := limits(input.Params, now)
	if err != nil {
		return Signed{}, err
	}
	covered, err := covering(r, input)
	if err != nil {
		return Signed{}, err
	}
	base, err := Base(r, authority, covered, input)
	if err != nil {
		return Signed{}, err
	}
	given, err := given(r, label)
	if err != nil {
		return Signed{}, err
	}
	if !ed25519.Verify(s.Key, []byte(base), given) {
		return Signed{}, refused("it is not of this request by this key; sign for %s, and what arrives", authority)
	}
	if slices.Contains(covered, "content-digest") {
		if s.sum, err = sumOf(r); err != nil {
			return Signed{}, err
		}
	}
	return s, nil
}

// inputOf is the one signature of a request that is for this use.
func inputOf(r *http.Request) (label string, input httpsfv.InnerList, err error) {
	all, err := dictionary(r, "Signature-Input")
	if err != nil {
		return "", input, err
	}
	for _, name := range all.Names() {
		member, _ := all.Get(name)
		one, ok := member.(httpsfv.InnerList)
		if !ok {
			return "", input, refused("Signature-Input has no list of components under %q", name)
		}
		if tag, _ := one.Params.Get("tag"); tag != Tag {
			continue
		}
		if label != "" {
			return "", input, refused("two signatures have the tag %q", Tag)
		}
		label, input = name, one
	}
	if label == "" {
		return "", input, refused("none has the tag %q", Tag)
	}
	return label, input, nil
}

// given are the bytes of the signature with a label.
func given(r *http.Request, label string) ([]byte, error) {
	all, err := dictionary(r, "Signature")
	if err != nil {
		return nil, err
	}
	member, _ := all.Get(label)
	item, _ := member.(httpsfv.Item)
	b, ok := item.Value.([]byte)
	if !ok || len(b) != ed25519.SignatureSize {
		return nil, refused("Signature has no 64 bytes under %q", label)
	}
	return b, nil
}

// dictionary is a field as RFC 9651 reads it.
func dictionary(r *http.Request, field string) (*httpsfv.Dictionary, error) {
	lines := r.Header.Values(field)
	length := 0
	for _, line := range lines {
		length += len(line)
	}
	if length == 0 || length > mostField {
		return nil, refused("%s is empty, or longer than %d bytes", field, mostField)
	}
	all, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return nil, refused("%s cannot be read as a dictionary (RFC 9651)", field)
	}
	return all, nil
}

// limits reads the parameters of a signature, and refuses what is outside the profile.
func limits(p *httpsfv.Params, now time.Time) (s Signed, err error) {
	for _, name := range p.Names() {
		if !slices.Contains([]string{"created", "expires", "nonce", "alg", "keyid", "tag"}, name) {
			return s, refused("it has a parameter %q, which nobody knows here", name)
		}
	}
	if alg, there := p.Get("alg"); there && alg != "ed25519" {
		return s, refused("its algorithm is not ed25519")
	}
	name, _ := text(p, "keyid")
	key, err := base64.RawURLEncoding.Strict().DecodeString(name)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return s, refused("keyid is no Ed25519 public key: write its 32 bytes in base64url")
	}
	created, c := p.Get("created")
	expires, e := p.Get("expires")
	from, isFrom := created.(int64)
	until, isUntil := expires.(int64)
	switch {
	case !c || !e || !isFrom || !isUntil:
		return s, refused("it says in whole seconds neither or only one of created and expires")
	case until <= from || until-from > int64(Life/time.Second):
		return s, refused("it is to lapse after it is made, within %s", Life)
	case now.Add(Skew).Before(time.Unix(from, 0)):
		return s, refused("it is made in the future; look at the clock")
	case !now.Before(time.Unix(until, 0).Add(Skew)):
		return s, refused("it has lapsed; look at the clock")
	}
	nonce, _ := text(p, "nonce")
	if len(nonce) < leastNonce || len(nonce) > mostNonce {
		return s, refused("nonce has %d to %d characters, drawn at random", leastNonce, mostNonce)
	}
	return Signed{Key: key, Nonce: nonce, Until: time.Unix(until, 0).Add(Skew)}, nil
}

func text(p *httpsfv.Params, name string) (string, bool) {
	v, _ := p.Get(name)
	s, ok := v.(string)
	return s, ok
}

// always are the components that every signature covers, and whenThere the fields that it covers where they are there.
var (
	always    = []string{"@method", "@authority", "@path", "@query"}
	whenThere = []string{"content-digest", "content-type", "idempotency-key"}
)

// covering lists the components of a signature, and refuses one that covers less than it must.
func covering(r *http.Request, input httpsfv.InnerList) (names []string, err error) {
	if len(input.Items) > mostParts {
		return nil, refused("it covers more than %d components", mostParts)
	}
	for _, item := range input.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) > 0 || slices.Contains(names, name) {
			return nil, refused("a component of it has parameters, is there twice, or is no text")
		}
		names = append(names, name)
	}
	for _, name := range needed(r) {
		if !slices.Contains(names, name) {
			return nil, refused("it does not cover %s", name)
		}
	}
	return names, nil
}

// needed are the components that a signature of a request must cover.
func needed(r *http.Request) []string {
	all := slices.Clone(always)
	for _, name := range whenThere {
		must := len(r.Header.Values(name)) > 0
		switch name {
		case "content-digest":
			must = must || r.ContentLength != 0
		case "idempotency-key":
			must = must || r.Method != http.MethodGet && r.Method != http.MethodHead
		}
		if must {
			all = append(all, name)
		}
	}
	return all
}

// Base is the text that a signature signs (RFC 9421, 2.5). The error wraps ErrSignature if a component is not there.
func Base(r *http.Request, authority string, names []string, input httpsfv.InnerList) (string, error) {
	var b strings.Builder
	for _, name := range names {
		value, err := component(r, authority, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%q: %s\n", name, value)
	}
	params, err := httpsfv.Marshal(httpsfv.List{input})
	if err != nil {
		return "", refused("its parameters cannot be written")
	}
	return b.String() + `"@signature-params": ` + params, nil
}

// component is the value of a component of a request (RFC 9421, 2.1 and 2.2).
func component(r *http.Request, authority, name string) (string, error) {
	switch name {
	case "@method":
		return r.Method, nil
	case "@authority":
		return strings.ToLower(authority), nil
	case "@path":
		if p := r.URL.EscapedPath(); p != "" {
			return p, nil
		}
		return "/", nil
	case "@query":
		return "?" + r.URL.RawQuery, nil
	}
	if name == "" || name[0] == '@' || name != strings.ToLower(name) {
		return "", refused("it covers a component that nobody knows here: %.60q", name)
	}
	lines := slices.Clone(r.Header.Values(name))
	if name == "content-length" && len(lines) == 0 && r.ContentLength >= 0 {
		lines = []string{fmt.Sprint(r.ContentLength)}
	}
	if len(lines) == 0 {
		return "", refused("it covers %.60q, which is not there", name)
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, ", "), nil
}

// sumOf is the digest of the body that a request states: SHA-512 or SHA-256, whichever stands first.
func sumOf(r *http.Request) ([]byte, error) {
	all, err := dictionary(r, "Content-Digest")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{sumSHA512, sumSHA256} {
		member, there := all.Get(name)
		if !there {
			continue
		}
		item, _ := member.(httpsfv.Item)
		if sum, ok := item.Value.([]byte); ok && len(sum) == size(name) {
			return sum, nil
		}
		return nil, refused("Content-Digest has no %s of its length", name)
	}
	return nil, refused("Content-Digest has neither %s nor %s", sumSHA256, sumSHA512)
}

func size(name string) int {
	if name == sumSHA512 {
		return sha512.Size
	}
	return sha256.Size
}

// Covers reports whether the body that arrived is the one that was signed. The error is ErrSignature if not.
func (s Signed) Covers(body []byte) error {
	if s.sum == nil {
		if len(body) > 0 {
			return refused("there is a body, and no Content-Digest of it")
		}
		return nil
	}
	short, long := sha256.Sum256(body), sha512.Sum512(body)
	if !bytes.Equal(s.sum, short[:]) && !bytes.Equal(s.sum, long[:]) {
		return refused("the body is not the one of Content-Digest")
	}
	return nil
}

// ErrKey is that a text is no public key by which requests can be signed.
var ErrKey = errors.New("this is no Ed25519 public key: send it as PEM (BEGIN PUBLIC KEY), or its 32 bytes in base64url")

// ParseKey reads an Ed25519 public key: PEM (PUBLIC KEY), or its 32 bytes as Name writes them. The error is ErrKey.
func ParseKey(text string) (ed25519.PublicKey, error) {
	if block, more := pem.Decode([]byte(text)); block != nil {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		known, is := key.(ed25519.PublicKey)
		if err != nil || !is || block.Type != "PUBLIC KEY" || len(more) > 0 {
			return nil, ErrKey
		}
		return known, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, ErrKey
	}
	return b, nil
}

// Name is a public key as keyid has it.
func Name(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// Sign signs a request with a body as it is sent, with a nonce that was never used with the key. All fields that it is
// to have are there before; Content-Digest is added.
func Sign(r *http.Request, body []byte, key ed25519.PrivateKey, nonce string, now time.Time) error {
	if len(body) > 0 {
		sum := sha256.Sum256(body)
		r.Header.Set("Content-Digest", sumSHA256+"=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	}
	input := httpsfv.InnerList{Params: httpsfv.NewParams()}
	names := needed(r)
	for _, name := range names {
		input.Items = append(input.Items, httpsfv.NewItem(name))
	}
	for _, p := range []struct {
		name  string
		value any
	}{{"created", now.Unix()}, {"expires", now.Add(time.Minute).Unix()}, {"nonce", nonce}, {"keyid", Name(key.Public().(ed25519.PublicKey))}, {"tag", Tag}} {
		input.Params.Add(p.name, p.value)
	}
	authority := r.Host
	if authority == "" {
		authority = r.URL.Host
	}
	base, err := Base(r, Authority(r.URL.Scheme, authority), names, input)
	if err != nil {
		return err
	}
	text, err := httpsfv.Marshal(httpsfv.List{input})
	if err != nil {
		return fmt.Errorf("signing a request: %w", err)
	}
	r.Header.Set("Signature-Input", "entente="+text)
	r.Header.Set("Signature", "entente=:"+base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(base)))+":")
	return nil
}

// Authority is a host as a signature covers it: in small letters, without the port that the scheme has anyway.
func Authority(scheme, host string) string {
	own := map[string]string{"http": ":80", "https": ":443"}[scheme]
	if own == "" {
		return strings.ToLower(host)
	}
	return strings.ToLower(strings.TrimSuffix(host, own))
}
