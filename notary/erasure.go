package notary

// A Kept is something that an erasure leaves, and why.
type Kept struct{ What, Why string }

// What an erasure deletes of a person, and what it leaves.
var (
	Erased        = []string{"the value that says who the pseudonym is, with its salt", "tokens, links, sessions and passkeys, with the names that they were given"}
	KeptOnErasure = []Kept{
		{"the documents that were put before the parties", "They are what the parties offered each other and signed, and evidence of it: legal claims (GDPR, article 17 (3) (e))."},
		{"texts that the parties wrote into the ledger: remarks, reasons, comments", "They are the record of clause 13.5, which neither party can change alone."},
		{"sealed answers to requests, and letters that wait", "They are deleted by themselves, within 30 days."},
		{"backups that were made before", "The node does not have them. The file erased/<agreement> of the data folder, given to `entente restore --erased`, has the person erased in what is brought back."},
	}
)
