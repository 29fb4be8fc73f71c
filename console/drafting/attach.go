package drafting

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/console/frame"
	"entente/ledger/seal"
)

// What a draft can attach.
const (
	mostAttached = 20
	mostBytes    = 24 << 20 // of all together
)

// A slot is a place in the drawer with the content of an attachment.
type slot struct {
	Number int    `json:"number"`
	Digest string `json:"digest"`
	Size   int    `json:"size"`
}

func (at *seat) slotName(n int) string { return fmt.Sprintf("%s-attachment-%d", at.what, n) }

// mediaTypes are those of what can be attached, by the end of the file's name: what people read and programs
// parse, and nothing that is run.
var mediaTypes = map[string]string{
	".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv",
	".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml", ".xml": "application/xml",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".odt":  "application/vnd.oasis.opendocument.text", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
}

// An enclosed is an attachment as the page lists it.
type enclosed struct {
	agreement.Attachment
	Size string
	Here bool // its content is at hand
}

// An annex is the page of a draft's attachments.
type annex struct {
	paper
	All   []enclosed
	Name  string // as it was typed
	Most  string
	Kinds string
	Alert *frame.Alert
}

func (d *Desk) attachments(w http.ResponseWriter, r *http.Request, at *seat) error {
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	return d.annex(w, http.StatusOK, annex{paper: p})
}

func (d *Desk) annex(w http.ResponseWriter, status int, x annex) error {
	for _, at := range x.Terms.Agreement.Attachments {
		one := enclosed{Attachment: at}
		if i := x.slotOf(at.Digest); i >= 0 {
			one.Here, one.Size = true, sized(x.slots[i].Size)
		} else if content, err := d.Clerk.Notary.Documents.Document(at.Digest); err == nil && x.known(at.Digest) {
			one.Here, one.Size = true, sized(len(content))
		}
		x.All = append(x.All, one)
	}
	var kinds []string
	for end := range mediaTypes {
		kinds = append(kinds, end)
	}
	slices.Sort(kinds)
	x.Most, x.Kinds = sized(frame.MostUpload), strings.Join(kinds, ",")
	return pages.Show(w, status, "attachments", frame.Page{Title: "Attachments, draft of " + x.Of, Tab: x.tab, In: x.in, Body: x})
}

// sized is a number of bytes as people read it.
func sized(n int) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return frame.Counted(n, "byte", "bytes")
}

func (p paper) slotOf(digest string) int {
	return slices.IndexFunc(p.slots, func(s slot) bool { return s.Digest == digest })
}

// known reports whether a version of the same agreement has an attachment too: the node has documents of other
// agreements as well, and a digest that somebody types into a draft opens none of them.
func (p paper) known(digest string) bool {
	return slices.ContainsFunc(p.texts, func(t *articles.Agreement) bool { return attaches(t.Agreement.Attachments, digest) })
}

// attach takes a file. One with the name of an attachment that is there replaces it.
func (d *Desk) attach(w http.ResponseWriter, r *http.Request, at *seat) error {
	u, f, err := frame.ReadUpload(w, r)
	if err != nil {
		return err
	}
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	name, err := frame.Needed(f, "name", "The name", 200, "Say what the agreement calls the document.")
	if err == nil {
		err = acceptable(u)
	}
	if err == nil {
		err = d.enclose(r.Context(), &p, agreement.Attachment{Name: name, File: u.Name, MediaType: mediaTypes[ending(u.Name)]}, u.Content)
	}
	if lacking := frame.Incomplete(""); errors.As(err, &lacking) {
		return d.annex(w, http.StatusUnprocessableEntity, annex{paper: p, Name: f.Get("name"), Alert: &frame.Alert{Title: "Nothing was attached", Why: lacking.Error()}})
	}
	if err == nil {
		err = d.keep(r.Context(), p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, at.Home+"/attachments", http.StatusSeeOther)
	return nil
}

func ending(name string) string { return strings.ToLower(path.Ext(name)) }

// acceptable refuses files that are no attachment.
func acceptable(u frame.Upload) error {
	sniffed := http.DetectContentType(u.Content)
	switch {
	case len(u.Content) == 0:
		return frame.Incomplete("Choose a file that is not empty.")
	case mediaTypes[ending(u.Name)] == "":
		return frame.Incomplete("A file of this kind cannot be attached: attach what people read, such as a PDF, a text or a table.")
	case strings.HasPrefix(sniffed, "text/html"):
		return frame.Incomplete("The file is a web page, whatever it is called: attach it as a PDF or as text.")
	case len(u.Name) > 200:
		return frame.Incomplete("The file's name is too long: it may have 200 bytes.")
	}
	return nil
}

// enclose puts an attachment into a draft, and its content into the drawer.
func (d *Desk) enclose(ctx context.Context, p *paper, at agreement.Attachment, content []byte) error {
	at.Digest = seal.Sum(content).String()
	all := slices.Clone(p.Terms.Agreement.Attachments)
	for n, first := 2, at.File; slices.ContainsFunc(all, func(a agreement.Attachment) bool { return a.File == at.File && a.Name != at.Name }); n++ {
		at.File = fmt.Sprintf("%d-%s", n, first) // they lie beside each other in a folder
	}
	if i := slices.IndexFunc(all, func(a agreement.Attachment) bool { return a.Name == at.Name }); i >= 0 {
		all[i] = at
	} else {
		all = append(all, at)
	}
	if len(all) > mostAttached {
		return frame.Incomplete(fmt.Sprintf("An agreement has at most %d attachments.", mostAttached))
	}
	p.Terms.Agreement.Attachments = all
	if err := d.tidy(ctx, p); err != nil {
		return err
	}
	if p.slotOf(at.Digest) >= 0 {
		return nil
	}
	total := len(content)
	for _, s := range p.slots {
		total += s.Size
	}
	if total > mostBytes {
		return frame.Incomplete("All attachments together may have " + sized(mostBytes) + ".")
	}
	number := 0
	for slices.ContainsFunc(p.slots, func(s slot) bool { return s.Number == number }) {
		number++
	}
	p.slots = append(p.slots, slot{number, at.Digest, len(content)})
	return d.Drawer.Put(ctx, p.caller, p.slotName(number), access.NewSecret(string(content)))
}

// tidy takes out of the drawer what the draft does not attach any more.
func (d *Desk) tidy(ctx context.Context, p *paper) error {
	var left []slot
	for _, s := range p.slots {
		if attaches(p.Terms.Agreement.Attachments, s.Digest) {
			left = append(left, s)
		} else if err := d.Drawer.Put(ctx, p.caller, p.slotName(s.Number), access.Secret{}); err != nil {
			return err
		}
	}
	p.slots = left
	return nil
}

func attaches(all []agreement.Attachment, digest string) bool {
	return slices.ContainsFunc(all, func(a agreement.Attachment) bool { return a.Digest == digest })
}

// detach takes an attachment out of a draft, and its content out of the drawer.
func (d *Desk) detach(w http.ResponseWriter, r *http.Request, at *seat) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	named := func(a agreement.Attachment) bool { return a.Name == f.Get("name") }
	all := p.Terms.Agreement.Attachments
	if !slices.ContainsFunc(all, named) {
		return frame.ErrAbsent
	}
	p.Terms.Agreement.Attachments = slices.DeleteFunc(slices.Clone(all), named)
	if err := d.tidy(r.Context(), &p); err != nil {
		return err
	}
	if err := d.keep(r.Context(), p); err != nil {
		return err
	}
	http.Redirect(w, r, at.Home+"/attachments", http.StatusSeeOther)
	return nil
}

// attachment hands out the content of an attachment of the draft.
func (d *Desk) attachment(w http.ResponseWriter, r *http.Request, at *seat) error {
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	for _, one := range p.Terms.Agreement.Attachments {
		if one.Digest != r.PathValue("digest") {
			continue
		}
		content, err := d.content(r.Context(), p, one)
		if err != nil {
			return frame.ErrAbsent
		}
		frame.Enclosed(w, one.File, content)
		return nil
	}
	return frame.ErrAbsent
}

// content is that of an attachment: what its author has brought, or the node has from the version before.
func (d *Desk) content(ctx context.Context, p paper, at agreement.Attachment) ([]byte, error) {
	if i := p.slotOf(at.Digest); i >= 0 {
		text, err := d.Drawer.Take(ctx, p.caller, p.slotName(p.slots[i].Number))
		return []byte(text.Reveal()), err
	}
	if !p.known(at.Digest) {
		return nil, frame.Incomplete(fmt.Sprintf("The node does not have the attachment %q. Attach the file to the draft.", at.Name))
	}
	return d.Clerk.Notary.Documents.Document(at.Digest)
}

// attached are the contents of all attachments of a draft.
func (d *Desk) attached(ctx context.Context, p paper) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, at := range p.Terms.Agreement.Attachments {
		content, err := d.content(ctx, p, at)
		if err != nil {
			return nil, err
		}
		all[at.Name] = content
	}
	return all, nil
}
