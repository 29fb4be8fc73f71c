package compliance

import "entente/agreement"

// Check reports what is missing, contradictory, dangling or unwise in the article.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {}

// Check reports what is missing, contradictory, dangling or unwise in Schedule B.
func (t Security) Check(f agreement.Frame, found *agreement.Findings) {}
