package documenttest

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
)

// Repacked is an archive with each part given anew by a function of its name and content, and with some parts
// put in at the end. A part that becomes empty is left out.
func Repacked(archive []byte, anew func(name, content string) string, added ...[2]string) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	var parts [][2]string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		parts = append(parts, [2]string{f.Name, anew(f.Name, string(b))})
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range slices.Concat(parts, added) {
		if part[1] == "" {
			continue
		}
		f, err := w.Create(part[0])
		if err == nil {
			_, err = io.WriteString(f, part[1])
		}
		if err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return out.Bytes(), err
}
