package integration

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of the article.
func (t Terms) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule A.
func (t Technical) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule C.
func (t Performance) Words(f agreement.Frame) []document.Clause { return nil }
