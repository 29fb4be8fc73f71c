package incoming

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// MaxBytes is how large a file is that Read takes.
const MaxBytes = 16 << 20

// The bounds of what a file unpacks to. They are counted while reading; what the file says of itself is
// not trusted.
const (
	maxParts = 1000
	maxPart  = 32 << 20
	maxAll   = 64 << 20
	maxRatio = 100
	maxDepth = 256
	smallest = 1 << 20 // below this, the ratio does not matter
)

// A parcel is the parts of a file that came from elsewhere.
type parcel struct {
	parts map[string]*zip.File
	read  int64 // bytes unpacked so far
}

// unpack opens a file, and refuses what no document needs: more parts than there is use for, names that
// lead out of the package, parts of one name, macros.
func unpack(file []byte) (*parcel, error) {
	switch {
	case len(file) > MaxBytes:
		return nil, fmt.Errorf("it is larger than %d MiB", MaxBytes>>20)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return nil, errors.New("it is protected by a password or of the old .doc kind: save it as .docx without a password")
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, errors.New("it is not a .docx: it cannot be unpacked")
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("it has %d parts; a document has at most %d", len(z.File), maxParts)
	}
	p := &parcel{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch base := path.Base(name); {
		case strings.HasSuffix(name, "/"):
			continue
		case !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, "\\\x00"):
			return nil, fmt.Errorf("the name of its part %.80q leads out of the document", f.Name)
		case p.parts[name] != nil:
			return nil, fmt.Errorf("it has the part %.80q twice", f.Name)
		case base == "vbaproject.bin" || base == "vbadata.xml":
			return nil, errors.New("it has macros: save it as .docx, which has none")
		}
		p.parts[name] = f
	}
	if p.parts["[content_types].xml"] == nil {
		return nil, errors.New("it is not a .docx: it does not say what its parts are")
	}
	return p, nil
}

// part is the content of a part; ok is false if there is none of that name.
func (p *parcel) part(name string) (content []byte, ok bool, err error) {
	f := p.parts[strings.ToLower(name)]
	if f == nil {
		return nil, false, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, true, fmt.Errorf("its part %.80q cannot be unpacked", name)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, min(maxPart, maxAll-p.read)+1))
	p.read += int64(len(b))
	switch {
	case len(b) > maxPart || p.read > maxAll || len(b) > smallest && int64(len(b)) > maxRatio*int64(f.CompressedSize64):
		return nil, true, fmt.Errorf("its part %.80q unpacks to more than a document needs", name)
	case err != nil:
		return nil, true, fmt.Errorf("its part %.80q cannot be unpacked: the file is damaged", name)
	}
	return b, true, nil
}

// elements gives each token of a part to do, with the names of the elements that it stands in. A
// definition of a document type is refused, and with it every entity that is not XML's own.
func elements(name string, content []byte, do func(within []string, token xml.Token) error) error {
	d := xml.NewDecoder(bytes.NewReader(content))
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) { return nil, errors.New("a document is in UTF-8") }
	var within []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("its part %.80q is not XML: %.200s", name, shown(err.Error()))
		}
		switch e := token.(type) {
		case xml.Directive:
			return fmt.Errorf("its part %.80q defines a document type, which no document does", name)
		case xml.StartElement:
			if len(within) == maxDepth {
				return fmt.Errorf("its part %.80q nests more than %d elements deep", name, maxDepth)
			}
			err = do(within, token)
			within = append(within, e.Name.Local)
		case xml.EndElement:
			within = within[:len(within)-1]
			err = do(within, token)
		default:
			err = do(within, token)
		}
		if err != nil {
			return err
		}
	}
}

// A relation says which part a part uses, and as what: the last word of the relation's type.
type relation struct{ kind, target string }

// relationsOf are the relations of a part. One that leads out of the file is refused, unless it is a link
// that somebody may follow.
func (p *parcel) relationsOf(name string) ([]relation, error) {
	folder, base := path.Split(name)
	rels := folder + "_rels/" + base + ".rels"
	content, ok, err := p.part(rels)
	if err != nil || !ok {
		return nil, err
	}
	var all []relation
	err = elements(rels, content, func(_ []string, token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" {
			return nil
		}
		kind, target := path.Base(attribute(e, "Type")), attribute(e, "Target")
		if attribute(e, "TargetMode") == "External" {
			if kind != "hyperlink" {
				return fmt.Errorf("it uses something from outside of it (%.40s %.80q): save it with everything inside", kind, target)
			}
			return nil
		}
		if strings.HasPrefix(target, "/") {
			target = path.Clean(target)[1:]
		} else {
			target = path.Join(path.Dir(name), target)
		}
		if !strings.HasPrefix(target, "#") && !filepath.IsLocal(target) {
			return fmt.Errorf("a relation of it leads out of the document: %.80q", target)
		}
		all = append(all, relation{kind, target})
		return nil
	})
	return all, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
