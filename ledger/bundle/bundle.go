// Package bundle packs an agreement's ledger into one file that anyone can verify, on a machine
// that has never heard of it, without a server, an account or trust in whoever handed it over:
// Read and Verify are all it takes.
package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// The editions of the bundle's own form. The second has a page, by which a browser can verify it.
const (
	Format     = "entente-bundle/1"
	pageFormat = "entente-bundle/2"
)

// What a bundle may be at most. Sizes are counted while unpacking, whatever the
// archive claims. Files up to smallFile are exempt from the ratio.
const (
	MaxFiles       = 200_000
	MaxBytes       = 512 << 20 // unpacked
	MaxRatio       = 100       // unpacked to packed
	smallFile      = 64 << 10
	directoryBytes = 32 << 20 // the archive's list of files
)

// A Bundle is everything that is needed to check an agreement's ledger on a
// machine that has never heard of it: a zip archive with a list of contents,
// the log and the documents that its entries refer to.
type Bundle struct {
	Agreement   string
	Leaves      []ledger.Leaf
	Checkpoints [][]byte    // signed, oldest first
	Keys        []seal.VKey // the log's first, then witnesses'; for other tools
	Documents   []Document
	Page        []byte   // verify.html; nil for none. Nothing here rests on it
	faults      []string // where the archive does not match its list of contents
}

// A Document is a file beside the ledger.
type Document struct {
	Digest    seal.Digest // by which entries refer to it
	MediaType string
	Data      []byte
}

const (
	listName       = "bundle.json"
	pageName       = "verify.html"
	vkeysName      = "log/vkeys"
	entryName      = "log/entries/%06d.json"
	checkpointName = "log/checkpoints/%06d"
	documentFolder = "documents/"
)

// fileNames are the only names that a bundle may hold.
var fileNames = regexp.MustCompile(`^(bundle\.json|log/vkeys|log/entries/\d{6,9}\.json|log/checkpoints/\d{6,9}|documents/[0-9a-f]{64}|verify\.html)$`)

type contents struct {
	Format    string       `json:"format"`
	Agreement string       `json:"agreement"`
	Files     []listedFile `json:"files"` // in the order of their paths, without bundle.json
}

type listedFile struct {
	Path      string      `json:"path"`
	Digest    seal.Digest `json:"digest"`
	MediaType string      `json:"media_type,omitempty"` // of documents only
}

func byPath(x, y listedFile) int { return strings.Compare(x.Path, y.Path) }

// Collect collects a source into a bundle; the keys are those of its first entry.
func Collect(agreement string, src ledger.Source, documents []Document) (Bundle, error) {
	size, err := src.Size()
	if err != nil {
		return Bundle{}, fmt.Errorf("reading the size of the ledger: %w", err)
	}
	leaves, err := src.Leaves(0, size)
	if err != nil {
		return Bundle{}, fmt.Errorf("reading the entries: %w", err)
	}
	checkpoints, err := src.Checkpoints()
	if err != nil {
		return Bundle{}, fmt.Errorf("reading the checkpoints: %w", err)
	}
	b := Bundle{Agreement: agreement, Leaves: leaves, Checkpoints: checkpoints, Documents: documents}
	if len(leaves) > 0 {
		s, err := ledger.Open(leaves[0])
		if err != nil {
			return Bundle{}, fmt.Errorf("reading entry 0: %w", err)
		}
		o, err := ledger.ReadOpened(s)
		if err != nil {
			return Bundle{}, err
		}
		b.Keys = []seal.VKey{o.Log, o.Parties.A.Witness, o.Parties.B.Witness}
	}
	return b, nil
}

// files returns what the archive holds, without its list of contents.
func (b Bundle) files() (map[string]Document, error) {
	files := map[string]Document{}
	add := func(path string, data []byte) { files[path] = Document{Digest: seal.Sum(data), Data: data} }
	for i, leaf := range b.Leaves {
		add(fmt.Sprintf(entryName, i), leaf)
	}
	for i, signed := range b.Checkpoints {
		add(fmt.Sprintf(checkpointName, i), signed)
	}
	var keys strings.Builder
	for _, k := range b.Keys {
		fmt.Fprintln(&keys, k)
	}
	add(vkeysName, []byte(keys.String()))
	for _, d := range b.Documents {
		path := documentFolder + d.Digest.Hex()
		if !ledger.IsMediaType(d.MediaType) {
			return nil, fmt.Errorf("document %s: %.40q is not a media type", d.Digest, d.MediaType)
		}
		if _, twice := files[path]; twice || seal.Sum(d.Data) != d.Digest {
			return nil, fmt.Errorf("document %s is there twice or is not what its digest says", d.Digest)
		}
		files[path] = d
	}
	if b.Page != nil {
		add(pageName, b.Page)
	}
	return files, nil
}

// Write writes the archive: files in the order of their names, not
// compressed, all dated 1 January 1980, so that the same bundle is the same
// bytes whenever and by whichever release it is written.
func Write(w io.Writer, b Bundle) error {
	files, err := b.files()
	if err != nil {
		return fmt.Errorf("writing the bundle: %w", err)
	}
	contents := contents{Format: Format, Agreement: b.Agreement, Files: []listedFile{}}
	if b.Page != nil {
		contents.Format = pageFormat
	}
	for path, f := range files {
		contents.Files = append(contents.Files, listedFile{path, f.Digest, f.MediaType})
	}
	slices.SortFunc(contents.Files, byPath)
	list, err := canonical.Marshal(contents)
	if err != nil {
		return fmt.Errorf("writing the bundle's list of contents: %w", err)
	}
	z := zip.NewWriter(w)
	err = writeFile(z, listName, list)
	for _, f := range contents.Files {
		err = errors.Join(err, writeFile(z, f.Path, files[f.Path].Data))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("writing the bundle: %w", err)
	}
	return nil
}

func writeFile(z *zip.Writer, path string, data []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{
		Name: path, Method: zip.Store, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return err
}

// Read reads an archive of size bytes into memory, within the limits
// above. It refuses what is not a bundle; a bundle that was tampered with is
// read as far as it goes, for VerifyBundle to say what is wrong with it.
func Read(r io.ReaderAt, size int64) (Bundle, error) {
	files, faults, err := unzip(r, size)
	if err != nil {
		return Bundle{}, fmt.Errorf("reading the bundle: %w", err)
	}
	var c contents
	if err := canonical.Decode(files[listName], &c); err != nil {
		return Bundle{}, fmt.Errorf("reading the bundle's list of contents, %s: %w", listName, err)
	}
	_, paged := files[pageName]
	switch {
	case c.Format != Format && c.Format != pageFormat:
		return Bundle{}, fmt.Errorf("the bundle's format is %.40q, and this release reads %s and %s", c.Format, Format, pageFormat)
	case paged && c.Format == Format:
		return Bundle{}, fmt.Errorf("a bundle of the format %s holds no %s", Format, pageName)
	}
	if !slices.IsSortedFunc(c.Files, byPath) {
		return Bundle{}, errors.New("the bundle's list of contents is not in order")
	}
	delete(files, listName)
	b := Bundle{Agreement: c.Agreement, faults: append(faults, compare(c.Files, files)...)}
	return b, b.collect(files, c.Files)
}

// compare says where the archive is not what its list of contents says.
func compare(listed []listedFile, files map[string][]byte) (faults []string) {
	unlisted := map[string]bool{}
	for path := range files {
		unlisted[path] = true
	}
	for i, f := range listed {
		data, there := files[f.Path]
		if i > 0 && listed[i-1].Path == f.Path {
			faults = append(faults, fmt.Sprintf("%.80s is listed twice", f.Path))
		}
		if !there {
			faults = append(faults, fmt.Sprintf("%.80s is missing", f.Path))
		} else if seal.Sum(data) != f.Digest {
			faults = append(faults, f.Path+" was changed")
		}
		if f.MediaType != "" && !strings.HasPrefix(f.Path, documentFolder) {
			faults = append(faults, f.Path+" is listed with a media type, and is no document")
		}
		delete(unlisted, f.Path)
	}
	for path := range unlisted {
		faults = append(faults, path+" is not in the list of contents")
	}
	slices.Sort(faults)
	return faults
}

// collect sorts the files into the bundle.
func (b *Bundle) collect(files map[string][]byte, listed []listedFile) error {
	for i := 0; files[fmt.Sprintf(entryName, i)] != nil; i++ {
		b.Leaves = append(b.Leaves, files[fmt.Sprintf(entryName, i)])
	}
	for i := 0; files[fmt.Sprintf(checkpointName, i)] != nil; i++ {
		b.Checkpoints = append(b.Checkpoints, files[fmt.Sprintf(checkpointName, i)])
	}
	for _, f := range listed {
		data, there := files[f.Path]
		if digits, ok := strings.CutPrefix(f.Path, documentFolder); ok && there {
			digest, err := seal.ParseDigest("sha256:" + digits)
			if err != nil {
				return err
			}
			b.Documents = append(b.Documents, Document{digest, f.MediaType, data})
		}
	}
	for line := range strings.Lines(string(files[vkeysName])) {
		k, err := seal.ParseVKey(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return fmt.Errorf("reading %s: %w", vkeysName, err)
		}
		b.Keys = append(b.Keys, k)
	}
	if page, paged := files[pageName]; paged {
		b.Page = page
	}
	delete(files, vkeysName)
	delete(files, pageName)
	if unused := len(files) - len(b.Leaves) - len(b.Checkpoints) - len(b.Documents); unused > 0 {
		b.faults = append(b.faults, fmt.Sprintf("%d files are of no use, since an entry or a checkpoint before them is missing", unused))
	}
	return nil
}

// unzip reads every file of an archive, counting as it goes.
func unzip(r io.ReaderAt, size int64) (files map[string][]byte, faults []string, err error) {
	if size > MaxBytes {
		return nil, nil, fmt.Errorf("it has %d bytes and may have %d", size, MaxBytes)
	}
	m := &metered{r, directoryBytes}
	z, err := zip.NewReader(m, size)
	if err != nil {
		return nil, nil, err
	}
	if len(z.File) > MaxFiles {
		return nil, nil, fmt.Errorf("it holds %d files and may hold %d", len(z.File), MaxFiles)
	}
	m.left = math.MaxInt64 // from here on unpack counts
	files = map[string][]byte{}
	left := int64(MaxBytes)
	for _, f := range z.File {
		data, err := unpack(f, left)
		if errors.Is(err, zip.ErrChecksum) {
			faults, err = append(faults, f.Name+" does not match the archive's checksum"), nil
		}
		if _, twice := files[f.Name]; twice && err == nil {
			err = errors.New("the name is there twice")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%.40q: %w", f.Name, err)
		}
		left -= int64(len(data))
		files[f.Name] = data
	}
	return files, faults, nil
}

// unpack returns the content of one file, and with it zip.ErrChecksum when that
// is all that is wrong.
func unpack(f *zip.File, left int64) ([]byte, error) {
	switch {
	case !fileNames.MatchString(f.Name):
		return nil, errors.New("a bundle holds no file of this name")
	case !f.Mode().IsRegular() || f.Flags&1 != 0:
		return nil, errors.New("it is a link, a folder or encrypted, and not a plain file")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return nil, fmt.Errorf("it is packed with method %d; known are 0 and 8", f.Method)
	}
	packed, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	limit := min(left, max(smallFile, MaxRatio*int64(min(f.CompressedSize64, MaxBytes))))
	var data bytes.Buffer
	n, err := io.Copy(&data, io.LimitReader(packed, limit+1))
	if n > limit {
		return nil, fmt.Errorf("it unpacks to more than %d bytes: more than %d in all, or than %d times its packed size", limit, MaxBytes, MaxRatio)
	}
	return slices.Clip(append([]byte{}, data.Bytes()...)), err
}

// metered bounds how much is read of an archive.
type metered struct {
	r    io.ReaderAt
	left int64
}

func (m *metered) ReadAt(p []byte, off int64) (int, error) {
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, errors.New("its list of files is too long")
	}
	return m.r.ReadAt(p, off)
}
