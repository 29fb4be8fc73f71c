package draft

import (
	_ "embed"
	"maps"

	"entente/ledger/seal"
)

//go:embed example-dpa.md
var exampleDPA []byte

var exampleAttachments = map[string][]byte{"data-processing-agreement.md": exampleDPA}

// Attachments are the documents that the example's front page attaches, by the name of the
// file that lies beside the agreement file.
func Attachments() map[string][]byte { return maps.Clone(exampleAttachments) }

// exampleDigest is the digest of an attachment of the example, as its front page states it.
func exampleDigest(file string) string { return seal.Sum(exampleAttachments[file]).String() }
