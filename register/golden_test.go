package register_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/files"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/notary/notarytest"
	"entente/register"
)

var update = flag.Bool("update", false, "write a golden ledger with the types of entries that none has yet")

const golden = "testdata/golden"

// ordered is a proposal that says who signs first.
const ordered = "agreement.proposed/2 with first"

// Entries live for ever: ledgers that earlier releases wrote verify, and replay to the state that they
// had then. What a later release adds to a state is free, what was there is not. A golden file is
// never written anew; -update adds one for the types that are new.
func TestEntriesLiveForEver(t *testing.T) {
	covered := map[string]bool{}
	names, err := filepath.Glob(filepath.Join(golden, "*.zip"))
	must(t, err)
	for _, name := range names {
		b := goldenBundle(t, name)
		for _, leaf := range b.Leaves {
			e, _, err := ledger.Reread(leaf)
			must(t, err)
			covered[e.Type] = true
			covered[ordered] = covered[ordered] || e.Type == "agreement.proposed/2" && bytes.Contains(e.Body, []byte(`"first":"a"`))
		}
		t.Run(filepath.Base(name), func(t *testing.T) { checkGolden(t, name, b) })
	}
	missing := slices.DeleteFunc(append(articles.Types(), ordered), func(name string) bool { return covered[name] })
	if len(missing) > 0 && *update {
		writeGolden(t, filepath.Join(golden, fmt.Sprintf("%03d.zip", len(names)+1)), missing)
		return
	}
	if len(missing) > 0 {
		t.Errorf("no golden ledger has %v: run go test ./register -run ForEver -update and keep what it writes", missing)
	}
}

func goldenBundle(t *testing.T, name string) bundle.Bundle {
	t.Helper()
	packed, err := os.ReadFile(name)
	must(t, err)
	b, err := bundle.Read(bytes.NewReader(packed), int64(len(packed)))
	must(t, err)
	return b
}

func checkGolden(t *testing.T, name string, b bundle.Bundle) {
	for _, v := range bundle.Verify(b, ledger.Anchors{}) {
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	want, err := os.ReadFile(strings.TrimSuffix(name, ".zip") + ".json")
	must(t, err)
	var then, now any
	must(t, json.Unmarshal(want, &then))
	must(t, json.Unmarshal(stateOf(t, b), &now))
	for _, lost := range lost("state", then, now) {
		t.Error(lost)
	}
}

// stateOf replays a bundle as a node does at its start.
func stateOf(t *testing.T, b bundle.Bundle) []byte {
	t.Helper()
	r := &register.Register{Journal: shelf{b}, Library: shelf{b}, Now: func() time.Time { return notarytest.Day }}
	must(t, r.Load(t.Context()))
	v, err := r.View(agreement.ID(b.Agreement))
	must(t, err)
	must(t, v.Broken)
	state, err := json.MarshalIndent(map[string]any{"life": v.State.Life, "integration": v.State.Integration, "commerce": v.State.Commerce, "general": v.State.General, "performance": v.State.Performance, "technical": v.State.Technical, "term": v.State.Term,
		"members": v.State.Members, "number": v.State.Text().Agreement.Number, "grants": len(v.Policy().Grants)}, "", " ")
	must(t, err)
	return append(state, '\n')
}

// lost says what of an earlier state is not in the present one.
func lost(where string, then, now any) (all []string) {
	switch then := then.(type) {
	case map[string]any:
		present, _ := now.(map[string]any)
		for name, v := range then {
			all = append(all, lost(where+"."+name, v, present[name])...)
		}
	case []any:
		present, _ := now.([]any)
		if len(present) != len(then) {
			return []string{fmt.Sprintf("%s has %d members and had %d", where, len(present), len(then))}
		}
		for i, v := range then {
			all = append(all, lost(fmt.Sprintf("%s[%d]", where, i), v, present[i])...)
		}
	default:
		if !reflect.DeepEqual(then, now) {
			all = append(all, fmt.Sprintf("%s is %v and was %v", where, now, then))
		}
	}
	return all
}

// A shelf is a bundle as a journal and a library.
type shelf struct{ b bundle.Bundle }

func (s shelf) Agreements(context.Context) ([]agreement.ID, error) {
	return []agreement.ID{agreement.ID(s.b.Agreement)}, nil
}

func (s shelf) Leaves(_ context.Context, _ agreement.ID, start int64) ([]ledger.Leaf, error) {
	return s.b.Leaves[start:], nil
}

func (s shelf) Checkpoint(context.Context, agreement.ID, int64) ([]byte, error) {
	return s.b.Checkpoints[len(s.b.Checkpoints)-1], nil
}

func (s shelf) Private(context.Context, agreement.ID) (map[string]register.Private, error) {
	return nil, nil
}

func (s shelf) Document(digest string) ([]byte, error) {
	for _, d := range s.b.Documents {
		if d.Digest.String() == digest {
			return d.Data, nil
		}
	}
	return nil, files.ErrMissing
}

// writeGolden writes a ledger with an entry of each type, every member of its body filled.
func writeGolden(t *testing.T, name string, types []string) {
	h := newHouse(t)
	id := h.settle(t)
	v, err := h.notary.Register.View(id)
	must(t, err)
	types = slices.DeleteFunc(types, func(s string) bool { return strings.HasPrefix(s, "agreement.proposed/") || s == "agreement.signed/1" })
	backwards := slices.Clone(types) // so that what one type ends another begins, and both leave something
	slices.Reverse(backwards)
	_, err = h.documents.Keep(t.Context(), []byte(beside))
	must(t, err)
	notarytest.Live(t, h.notary, id, int(v.Size)+2*len(types), func(n int) any {
		if n < len(types) {
			return filled(t, types[n], "")
		}
		return filled(t, backwards[n-len(types)], " again")
	})
	source := h.store.Source(t.Context(), id)
	report, err := ledger.Audit(source, ledger.Anchors{})
	must(t, err)
	var documents []bundle.Document
	seen := map[seal.Digest]bool{}
	for _, ref := range report.Documents {
		data, err := h.documents.Document(ref.Digest.String())
		if err == nil && !seen[ref.Digest] {
			documents = append(documents, bundle.Document{Digest: ref.Digest, MediaType: ref.MediaType, Data: data})
		}
		seen[ref.Digest] = true
	}
	b, err := bundle.Collect(string(id), source, documents)
	must(t, err)
	var packed bytes.Buffer
	must(t, bundle.Write(&packed, b))
	must(t, os.MkdirAll(golden, 0o755))
	must(t, os.WriteFile(name, deflated(t, packed.Bytes()), 0o644))
	must(t, os.WriteFile(strings.TrimSuffix(name, ".zip")+".json", stateOf(t, goldenBundle(t, name)), 0o644))
}

// beside is the document to which entries of a golden ledger refer.
const beside = "a document that stands beside the ledger"

// deflated is the archive with its files packed, for a repository.
func deflated(t *testing.T, archive []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = io.Copy(to, r)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

// filled is an event of a type with something in every member of its body that takes it.
func filled(t *testing.T, name, suffix string) any {
	t.Helper()
	blank, err := articles.ReadEvent(name, []byte("{}"))
	must(t, err)
	v := reflect.New(reflect.TypeOf(blank)).Elem()
	for i := range v.NumField() {
		before := reflect.ValueOf(v.Interface())
		fill(v.Field(i), strings.ToLower(v.Type().Field(i).Name)+suffix)
		body, err := json.Marshal(v.Interface())
		must(t, err)
		if _, err := articles.ReadEvent(name, body); err != nil {
			v.Set(before) // a form of its own that a plain word does not have
		}
	}
	return v.Interface()
}

func fill(v reflect.Value, word string) {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = notarytest.Day.Add(time.Hour)
		return
	case *agreement.Party:
		*at = agreement.A
		return
	case *agreement.Document:
		*at = agreement.Document{Name: word, MediaType: "text/plain", Digest: seal.Sum([]byte(beside)).String()}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Int, reflect.Int64, reflect.Int8, reflect.Uint8:
		if v.CanInt() {
			v.SetInt(1)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), word)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), word)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), strings.ToLower(v.Type().Field(i).Name))
			}
		}
	}
}
