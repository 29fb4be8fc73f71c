package frame

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"entente/access/account"
	"entente/ledger/passkey"
)

// A PasskeyForm is what a form tells the script that asks the browser for a passkey.
type PasskeyForm struct {
	Does       string // "make" or "use"
	Question   string // comes back with the answer
	Challenge  string // in base64url, as all that follows but the site
	Site       string
	Handle     string // whose a new passkey is
	Name       string // what devices call its person
	Algorithms string
	Known      string // ids of credentials, separated by spaces
}

// UsePasskey asks for a passkey of a site that the person has: for one of the known, or for any if none is
// known.
func UsePasskey(site passkey.Site, challenge []byte, question string, known ...account.Passkey) *PasskeyForm {
	return &PasskeyForm{Does: "use", Question: question, Challenge: base64url(challenge), Site: site.ID(), Known: credentials(known)}
}

// MakePasskey asks for a new passkey of the visitor on a device that has none of the known.
func (v *Visit) MakePasskey(site passkey.Site, q account.Question, known []account.Passkey) *PasskeyForm {
	var algorithms []string
	for _, a := range passkey.Algorithms {
		algorithms = append(algorithms, strconv.Itoa(a))
	}
	return &PasskeyForm{Does: "make", Question: q.Text, Challenge: base64url(q.Challenge), Site: site.ID(), Handle: base64url(account.Handle(v.ID(), v.Caller.Actor.ID)),
		Name: v.Name() + ", " + v.Number(), Algorithms: strings.Join(algorithms, " "), Known: credentials(known)}
}

func credentials(all []account.Passkey) string {
	var ids []string
	for _, k := range all {
		ids = append(ids, base64url(k.Credential))
	}
	return strings.Join(ids, " ")
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// A reader of fields in base64url remembers what went wrong.
type fieldReader struct {
	form url.Values
	err  error
}

func (r *fieldReader) bytes(name string) []byte {
	b, err := base64.RawURLEncoding.Strict().DecodeString(r.form.Get(name))
	r.err = errors.Join(r.err, err)
	return b
}

// ReadAnswer reads what the script puts into a form that uses a passkey.
func ReadAnswer(form url.Values) (account.Answer, error) {
	r := fieldReader{form: form}
	a := account.Answer{Question: form.Get("question"), Credential: r.bytes("credential"), Handle: r.bytes("handle"),
		Assertion: passkey.Assertion{AuthenticatorData: r.bytes("authenticator_data"), ClientData: r.bytes("client_data"), Signature: r.bytes("signature")}}
	if r.err != nil {
		return a, errors.Join(ErrForm, r.err)
	}
	return a, nil
}

// ReadMade reads what the script puts into a form that makes a passkey.
func ReadMade(form url.Values) (passkey.Made, error) {
	r := fieldReader{form: form}
	m := passkey.Made{ClientData: r.bytes("client_data"), Attestation: r.bytes("attestation")}
	if r.err != nil {
		return m, errors.Join(ErrForm, r.err)
	}
	return m, nil
}

// Browser is what a browser says it is, in a few words: "Firefox on Windows". It is for people to know
// their own sessions by, and proves nothing.
func Browser(r *http.Request) string {
	agent := r.UserAgent()
	first := func(otherwise string, all ...[2]string) string {
		for _, one := range all {
			if strings.Contains(agent, one[0]) {
				return one[1]
			}
		}
		return otherwise
	}
	browser := first("a browser", [2]string{"Edg/", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Safari/", "Safari"})
	return browser + first("", [2]string{"Windows", " on Windows"}, [2]string{"Android", " on Android"}, [2]string{"iPhone", " on an iPhone"}, [2]string{"iPad", " on an iPad"},
		[2]string{"Macintosh", " on a Mac"}, [2]string{"Linux", " on Linux"})
}
