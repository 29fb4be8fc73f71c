// Package sheet is an agreement's terms as a sheet of two columns: what a term is called, and its value. It
// writes and reads sheets of paths, such as commerce.payment.net_days, without loss; and it reads the cover
// pages that others fill in, as far as what they name is a term.
//
// What is not recognised is said, line by line; nothing is guessed.
package sheet

import (
	"bytes"
	"encoding"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"entente/articles"
	"entente/articles/form"
	"entente/articles/meaning"
	"entente/articles/source"
	"entente/document"
)

// A Row is one line of a sheet.
type Row struct {
	Line  int      // from 1; 0 where the sheet has no lines
	Under []string // the headings that it stands under, the nearest last
	Term  string
	Value string
}

// A Rest is a row that was not recognised, and why.
type Rest struct {
	Row
	Why string
}

// MaxBytes is how large a sheet is that is read, and maxRows how many rows it has.
const (
	MaxBytes = 1 << 20
	maxRows  = 20_000
)

// Rows are all terms of an agreement that have a value, by their paths in the order of the file.
func Rows(a articles.Agreement) (rows []Row) {
	given := map[string]bool{} // paths with a row at or below them
	var groups []string
	form.Each(reflect.ValueOf(a), func(path string, v reflect.Value) {
		add := func(path, value string) {
			rows = append(rows, Row{Line: len(rows) + 1, Term: path, Value: value})
			for at := len(path); at > 0; at = strings.LastIndexAny(path[:at], ".[") {
				given[path[:at]] = true
			}
		}
		pointer := v.Kind() == reflect.Pointer
		if pointer && v.IsNil() {
			return
		}
		if pointer {
			v = v.Elem()
		}
		switch shape := form.ShapeOf(v.Type()); {
		case shape == form.Mapping:
			if pointer {
				groups = append(groups, path)
			}
		case shape == form.List && form.ShapeOf(v.Type().Elem()) == form.Mapping:
		case shape == form.List:
			for i := range v.Len() {
				add(path+"["+strconv.Itoa(i)+"]", written(v.Index(i)))
			}
		case pointer || !v.IsZero():
			add(path, written(v))
		}
	})
	for _, path := range groups {
		if !given[path] {
			rows = append(rows, Row{Line: len(rows) + 1, Term: path, Value: chosen})
		}
	}
	return rows
}

// chosen is the value of a group that is chosen and says nothing else.
const chosen = "chosen"

// written is a value as the file writes it; a tick is yes or no.
func written(v reflect.Value) string {
	if form.ShapeOf(v.Type()) == form.Tick {
		return map[bool]string{true: "yes", false: "no"}[v.Bool()]
	}
	return form.Written(v)
}

// CSV writes rows as RFC 4180 says, with a line of titles. No value is a formula to a spreadsheet; see document.Cell.
func CSV(rows []Row) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	all := [][]string{{"path", "value"}}
	for _, r := range rows {
		all = append(all, []string{r.Term, document.Cell(r.Value)})
	}
	if err := w.WriteAll(all); err != nil {
		panic(fmt.Sprintf("sheet: writing to memory: %v", err))
	}
	return b.Bytes()
}

// ReadCSV reads a sheet of two columns. The line of titles may be there or not; further columns are not read.
func ReadCSV(sheet []byte) ([]Row, error) {
	switch {
	case len(sheet) > MaxBytes:
		return nil, fmt.Errorf("it is larger than %d MiB", MaxBytes>>20)
	case !utf8.Valid(sheet):
		return nil, errors.New("it is not UTF-8: save it as “CSV UTF-8”")
	}
	sheet = bytes.TrimPrefix(sheet, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(sheet))
	r.FieldsPerRecord = -1
	if first, _, _ := bytes.Cut(sheet, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';' // as spreadsheets write it where the comma is in numbers
	}
	var rows []Row
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("it is not CSV: %w", err)
		case len(rows) == maxRows:
			return nil, fmt.Errorf("it has more than %d rows", maxRows)
		}
		line, _ := r.FieldPos(0)
		row := Row{Line: line, Term: strings.TrimSpace(record[0])}
		if len(record) > 1 {
			row.Value = document.FromCell(record[1])
		}
		title := len(rows) == 0 && strings.EqualFold(strings.TrimSpace(row.Value), "value")
		if !title && row.Term+strings.TrimSpace(row.Value) != "" {
			rows = append(rows, row)
		}
	}
}

// Terms is the agreement that a sheet of paths makes, and the rows that are none of its terms.
func Terms(rows []Row) (articles.Agreement, []Rest) {
	a := articles.Agreement{Edition: articles.Edition}
	var rest []Rest
	taken := map[string]bool{}
	for _, r := range rows {
		why := ""
		switch {
		case r.Term == "edition" && r.Value != articles.Edition:
			why = "this release writes " + articles.Edition
		case taken[r.Term]:
			why = "it is given twice"
		case strings.TrimSpace(r.Value) == "":
			why = "it has no value"
		default:
			why = set(&a, r.Term, r.Value)
		}
		taken[r.Term] = true
		if why != "" {
			rest = append(rest, Rest{r, why})
		}
	}
	return a, rest
}

var rowNumber = regexp.MustCompile(`\[\d+\]`)

// set fills in one term; it says why it cannot.
func set(a *articles.Agreement, path, value string) string {
	whole := reflect.ValueOf(a).Elem()
	t, ok := form.Fits(whole, path)
	if !ok {
		if rowNumber.MatchString(path) && form.Describe(path) != "" {
			return "the rows of a list are numbered from 0, one after the other"
		}
		if known := paths[title(path)]; known != "" && !strings.Contains(known, "?") {
			return "the agreement has no such term; write " + known
		}
		return "the agreement has no such term"
	}
	into := reflect.New(t).Elem()
	if why := fill(into, path, value); why != "" {
		return why
	}
	if v := form.Make(whole, path); form.ShapeOf(t) != form.Mapping {
		v.Set(into)
	}
	return ""
}

// fill gives a value what a text says, in the form of the file or as people write it.
func fill(v reflect.Value, path, value string) string {
	t := v.Type()
	switch shape := form.ShapeOf(t); {
	case shape == form.Mapping && value == chosen:
		return ""
	case shape == form.Mapping || shape == form.List && form.ShapeOf(t.Elem()) == form.Mapping:
		return "it is a group of terms: name one of them"
	case shape == form.Text:
		if err := source.Fillable(value); err != nil {
			return err.Error()
		}
		v.SetString(value)
		return ""
	case shape == form.Scalar:
		if v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(strings.TrimSpace(value))) == nil {
			return ""
		}
	}
	if all := meaning.Readings(t, value); len(all) > 0 {
		v.Set(all[0])
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%q is not what it needs: %s", value, form.Describe(path)))
}
