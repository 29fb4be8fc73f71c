package confidentiality

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of the article.
func (t Terms) Words(f agreement.Frame) []document.Clause { return nil }
