// Package pades puts signatures into a PDF and finds them there, in the form that European law knows
// as PAdES (ETSI EN 319 142-1, baseline B-B, and B-T with a time stamp).
//
// A signature is added to a file that Entente wrote: what is there stays byte for byte, so a signature
// covers the whole file up to itself, with every signature before it. The certificates are self-issued:
// they tie a key to a name in the file and vouch for nobody.
package pades

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"entente/document/pdf/object"
)

// mostFields are the most that a form is read with: each signature covers the whole file.
const mostFields = 16

// Room is the most bytes that a signature with its time stamp may have.
const Room = 16384

// An Act is one signature as a PDF shows and carries it.
type Act struct {
	Field  string // of the form
	Name   string // who signs
	Reason string
	At     time.Time
	Mark   []byte                 // a PDF of one page: what the field shows
	Facts  map[object.Name]string // what else the signature says, for programs
}

// A Blank is a file with an act that is not signed yet.
type Blank struct {
	file     []byte
	from, to int // where the signature will be, with its brackets
}

// ErrField is a file that has no such field to sign.
var ErrField = errors.New("the PDF has no such field to sign")

// Prepare adds an act to a file. The same file and act give the same bytes.
func Prepare(file []byte, a Act) (Blank, error) {
	f, err := object.Read(file)
	if err != nil {
		return Blank{}, err
	}
	ref, field, err := find(f, a.Field)
	if err != nil {
		return Blank{}, err
	}
	w, err := f.Update()
	if err != nil {
		return Blank{}, err
	}
	mark, err := shown(w, a.Mark)
	if err != nil {
		return Blank{}, err
	}
	hole := strings.Repeat("0", 2*Room)
	unknown := object.Real(strings.Repeat(" ", 10)) // as wide as any offset
	signature := object.Dict{"Type": object.Name("Sig"), "Filter": object.Name("Adobe.PPKLite"), "SubFilter": object.Name("ETSI.CAdES.detached"),
		"M": object.Date(a.At), "Name": object.Text(a.Name), "Reason": object.Text(a.Reason),
		"ByteRange": object.Array{0, unknown, unknown, unknown}, "Contents": object.String(make([]byte, Room))}
	for k, v := range a.Facts {
		signature[k] = object.String(v)
	}
	field = maps.Clone(field)
	field["V"], field["AP"] = w.Add(signature), object.Dict{"N": mark}
	w.Set(ref, field)
	out := w.Bytes(nil)
	from := len(file) + bytes.Index(out[len(file):], []byte("<"+hole+">"))
	b := Blank{out, from, from + len(hole) + 2}
	return b, b.span()
}

// span writes which bytes the signature covers: all but itself.
func (b Blank) span() error {
	blank := []byte("[0 " + strings.Repeat(" ", 32) + "]")
	at := bytes.LastIndex(b.file[:b.from], blank)
	if at < 0 {
		return fmt.Errorf("%w: its place is not found", ErrField)
	}
	said := fmt.Sprintf("[0 %d %d %d", b.from, b.to, len(b.file)-b.to)
	copy(b.file[at:], said+strings.Repeat(" ", len(blank)-len(said)-1)+"]")
	return nil
}

// shown makes a PDF of one page what a field shows.
func shown(w *object.Writer, mark []byte) (object.Ref, error) {
	f, err := object.Read(mark)
	if err != nil {
		return 0, err
	}
	catalog, err := f.Catalog()
	if err != nil {
		return 0, err
	}
	tree, err := f.Dict(catalog["Pages"])
	if err != nil {
		return 0, err
	}
	kids, err := f.Array(tree["Kids"])
	if err != nil || len(kids) != 1 {
		return 0, fmt.Errorf("%w: what it shows is not one page", ErrField)
	}
	page, err := f.Dict(kids[0])
	if err != nil {
		return 0, err
	}
	content, err := f.Content(page["Contents"])
	if err != nil {
		return 0, err
	}
	resources, err := w.Carry(f, page["Resources"], map[object.Ref]object.Ref{})
	if err != nil {
		return 0, err
	}
	box := page["MediaBox"]
	if box == nil {
		box = tree["MediaBox"]
	}
	return w.Add(object.Pack(object.Dict{"Type": object.Name("XObject"), "Subtype": object.Name("Form"), "BBox": box, "Resources": resources}, content)), nil
}

// fields are the fields of a file's form.
func fields(f *object.File) (object.Array, error) {
	catalog, err := f.Catalog()
	if err != nil || catalog["AcroForm"] == nil {
		return nil, err
	}
	form, err := f.Dict(catalog["AcroForm"])
	if err != nil {
		return nil, err
	}
	return f.Array(form["Fields"])
}

func find(f *object.File, name string) (object.Ref, object.Dict, error) {
	all, err := fields(f)
	if err != nil {
		return 0, nil, err
	}
	for _, v := range all {
		ref, ok := v.(object.Ref)
		d, err := f.Dict(v)
		if err != nil {
			return 0, nil, err
		}
		if !ok || d["T"] != object.Text(name) || d["FT"] != object.Name("Sig") {
			continue
		}
		if d["V"] != nil {
			return 0, nil, fmt.Errorf("%w: %s is signed already", ErrField, name)
		}
		return ref, d, nil
	}
	return 0, nil, fmt.Errorf("%w: %s", ErrField, name)
}

// Digest is the SHA-256 of what the signature will cover.
func (b Blank) Digest() [32]byte { return covered(b.file, b.from, b.to, len(b.file)) }

func covered(file []byte, from, to, end int) (sum [32]byte) {
	h := sha256.New()
	h.Write(file[:from])
	h.Write(file[to:end])
	h.Sum(sum[:0])
	return sum
}

// Signed is the file with a signature in its place.
func (b Blank) Signed(cms []byte) ([]byte, error) {
	if len(cms) > Room {
		return nil, fmt.Errorf("the signature has %d bytes, and a PDF of Entente has room for %d: take another time-stamp authority, or none", len(cms), Room)
	}
	file := bytes.Clone(b.file)
	hex.Encode(file[b.from+1:], cms)
	return file, nil
}

// A Signature is one that was found in a file, and holds.
type Signature struct {
	Field       string
	Certificate *x509.Certificate
	CMS         []byte
	Ends        int // how many bytes of the file it covers, counting itself
	Stamp       *Stamp
	Facts       object.Dict // the signature's own dictionary
}

// Check verifies a CMS signature of what has a digest, and returns the certificate that it was made with.
func Check(cms []byte, digest [32]byte) (*x509.Certificate, *Stamp, error) {
	m, err := readMessage(cms)
	if err != nil {
		return nil, nil, err
	}
	if err := m.holds(oidData, digest[:]); err != nil {
		return nil, nil, err
	}
	var named signingCertificate
	hash := sha256.Sum256(m.cert.Raw)
	if err := m.attribute(oidSigningCert, &named); err != nil {
		return nil, nil, err
	}
	if len(named.Certs) != 1 || !bytes.Equal(named.Certs[0].Hash, hash[:]) {
		return nil, nil, fmt.Errorf("%w: it names another certificate", ErrSignature)
	}
	stamp, err := m.stamp()
	return m.cert, stamp, err
}

// Signer is the certificate with which a CMS signature was made, of whatever bytes.
func Signer(cms []byte) (*x509.Certificate, error) {
	m, err := readMessage(cms)
	if err != nil {
		return nil, err
	}
	return m.cert, m.byCertificate()
}

// Signatures are those of a file, each verified, in the order in which they were added.
func Signatures(f *object.File) ([]Signature, error) {
	all, err := fields(f)
	if err != nil {
		return nil, err
	}
	if len(all) > mostFields {
		return nil, fmt.Errorf("%w: its form has more than %d fields", object.ErrForeign, mostFields)
	}
	byEnd := map[int]Signature{}
	for _, v := range all {
		field, err := f.Dict(v)
		if err != nil {
			return nil, err
		}
		if field["V"] == nil {
			continue
		}
		name, _ := field["T"].(object.String)
		s, err := read(f, field["V"])
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", name, err)
		}
		s.Field = string(name)
		if _, twice := byEnd[s.Ends]; twice {
			return nil, fmt.Errorf("field %s: %w: another covers the same bytes", name, ErrSignature)
		}
		byEnd[s.Ends] = s
	}
	var ordered []Signature
	for _, end := range f.Ends {
		if s, ok := byEnd[end]; ok {
			ordered = append(ordered, s)
		}
	}
	return ordered, nil
}

func read(f *object.File, v object.Value) (Signature, error) {
	d, err := f.Dict(v)
	if err != nil {
		return Signature{}, err
	}
	if d["SubFilter"] != object.Name("ETSI.CAdES.detached") {
		return Signature{}, fmt.Errorf("%w: it is of another kind", ErrSignature)
	}
	from, to, end, err := byteRange(f, d)
	if err != nil {
		return Signature{}, err
	}
	contents, _ := d["Contents"].(object.String)
	var message asn1.RawValue
	padding, err := asn1.Unmarshal([]byte(contents), &message)
	if err != nil || len(bytes.Trim(padding, "\x00")) > 0 {
		return Signature{}, fmt.Errorf("%w: it cannot be read", ErrSignature)
	}
	cert, stamp, err := Check(message.FullBytes, covered(f.Bytes, from, to, end))
	return Signature{Certificate: cert, CMS: message.FullBytes, Ends: end, Stamp: stamp, Facts: d}, err
}

// byteRange says which bytes a signature leaves out, and where what it covers ends: at the end of a
// revision, and the bytes left out are the signature and nothing else.
func byteRange(f *object.File, d object.Dict) (from, to, end int, err error) {
	bounds, _ := d["ByteRange"].(object.Array)
	var n [4]int
	for i := range n {
		if len(bounds) != len(n) {
			break
		}
		n[i], _ = bounds[i].(int)
	}
	contents, _ := d["Contents"].(object.String)
	from, to, end = n[1], n[2], n[2]+n[3]
	whole := false
	for _, e := range f.Ends {
		whole = whole || e == end
	}
	if n[0] != 0 || !whole || from < 0 || to < from || to > end || string(f.Bytes[from:to]) != "<"+hex.EncodeToString([]byte(contents))+">" {
		return 0, 0, 0, fmt.Errorf("%w: it does not cover all of the file but itself (%s)", ErrSignature, strconv.Quote(string(object.Append(nil, d["ByteRange"]))))
	}
	return from, to, end, nil
}
