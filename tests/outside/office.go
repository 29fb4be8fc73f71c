package outside

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Office is what is missing of LibreOffice and of the library by which Python drives it.
func Office() []string {
	missing := Programs("soffice")
	if exec.Command("/usr/bin/python3", "-c", "import uno").Run() != nil {
		missing = append(missing, "python3-uno (make setup installs it)")
	}
	return missing
}

// A Settling is a file that LibreOffice opens, what it does there, and the file that it then writes; see
// tests/word/settle.py.
type Settling struct{ Source, Command, Target string }

// Settle lets LibreOffice do its work, all in one run.
func Settle(t testing.TB, jobs ...Settling) {
	t.Helper()
	args := []string{filepath.Join(t.TempDir(), "profile")}
	for _, j := range jobs {
		args = append(args, j.Source, j.Command, j.Target)
	}
	if out, err := exec.Command(filepath.Join(Root(), "tests", "word", "settle.py"), args...).CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
}
