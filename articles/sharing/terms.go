// Package sharing is Article 3: which data flows between the parties and for which purpose, how it
// is protected, and what may never train an AI model.
//
// Everything is pure: whether a use is permitted follows from the signed terms alone.
package sharing

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 3 in the agreement file.
type Terms struct {
	// The data that the parties share, a row for each kind (clause 3.1). Data that is not listed is not shared.
	Data []DataType `json:"data,omitempty"`
	// What the recipient may do with shared data (clause 3.2). A use that is not ticked is not permitted.
	Permitted Permitted `json:"permitted,omitzero"`
	// What the recipient is forbidden to do with shared data, and whom it may involve (clause 3.2).
	Forbidden Forbidden `json:"forbidden,omitzero"`
	// How shared data is protected (clause 3.3).
	Protection Protection `json:"protection,omitzero"`
	// Whether shared data may train AI models (clause 3.4). This clause prevails over clause 3.2.
	Training Training `json:"training,omitzero"`
}

// DataType is a row of clause 3.1: one kind of data, from one party to the other.
type DataType struct {
	// A short name for the data, used in addresses and in the rest of this file: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// What the data is, as people call it: "Query statistics by language and week".
	Title string `json:"title"`
	// The party that provides the data.
	Provider agreement.Party `json:"provider"`
	// The party that receives the data: always the other one.
	Recipient agreement.Party `json:"recipient"`
	// What the recipient may use the data for. Each purpose must also be permitted by clause 3.2 or, for training, by clause 3.4.
	Purposes []agreement.Purpose `json:"purposes"`
	// Whether it is customer data, aggregated or anonymised data, or synthetic data that is about no one.
	Class agreement.DataClass `json:"class"`
	// Whether the data contains personal data: true or false. Say it for every row.
	PersonalData bool `json:"personal_data"`
	// The format in which the data is delivered, for example "JSON Lines, UTF-8".
	Format string `json:"format"`
	// How long the recipient may keep the data, for example P30D. P0D is data that is not kept after use.
	Retention calendar.Duration `json:"retention"`
	// How the data reaches the recipient: in the calls of a component, or as data sets that the provider publishes and the recipient pulls.
	Delivery Delivery `json:"delivery"`
	// The component whose calls carry the data, by its name in clause 1.2. Needed where the data is delivered in calls.
	Component string `json:"component,omitempty"`
	// How often the provider publishes a new data set, for example P7D.
	Every calendar.Duration `json:"every,omitzero"`
	// The countries in which the recipient may keep the data, as ISO 3166 codes in capitals, or EEA. Left out, there is no limit.
	Locations []string `json:"locations,omitempty"`
}

// Delivery is how data reaches its recipient.
type Delivery string

// The ways of delivery.
const (
	Calls    Delivery = "calls"
	DataSets Delivery = "data_sets"
)

// Values lists what a file may say.
func (Delivery) Values() []string { return []string{"calls", "data_sets"} }

// Permitted is the first half of clause 3.2. What is not ticked is not permitted.
type Permitted struct {
	// The recipient may use the data to perform the agreement as it specifies.
	Specified bool `json:"specified,omitempty"`
	// The recipient may use the data to improve the integrated solution. This does not include training an AI model.
	Improvement bool `json:"improvement,omitempty"`
	// The recipient may use the data for analytics and reporting, in aggregated form only.
	Analytics bool `json:"analytics,omitempty"`
	// The smallest number of people or companies that a figure of analytics may rest on, for example 25.
	MinimumGroup int `json:"minimum_group,omitempty"`
}

// Forbidden is the second half of clause 3.2.
type Forbidden struct {
	// The recipient must not train AI models on the data without the provider's explicit consent.
	Training bool `json:"training,omitempty"`
	// The recipient must not pass the data to third parties.
	ThirdParties bool `json:"third_parties,omitempty"`
	// The recipient must not use the data to compete with the provider.
	Competitive bool `json:"competitive,omitempty"`
	// The companies that a recipient lets process shared data on its behalf.
	SubProcessors []SubProcessor `json:"sub_processors,omitempty"`
	// How long before it engages a further sub-processor the recipient tells the provider, for example P30D. Left out, the provider must consent first.
	SubProcessorNotice calendar.Duration `json:"sub_processor_notice,omitzero"`
}

// SubProcessor is a company that processes shared data for a recipient.
type SubProcessor struct {
	// The party that engages the sub-processor.
	Party agreement.Party `json:"party"`
	// The sub-processor's legal name.
	Name string `json:"name"`
	// What the sub-processor does, for example "hosting of the search index".
	Service string `json:"service"`
	// The country in which it processes the data, as an ISO 3166 code in capitals.
	Location string `json:"location"`
	// The data that it processes, by name in clause 3.1. Left out, it is all data that its party receives.
	Data []string `json:"data,omitempty"`
}

// Protection is clause 3.3.
type Protection struct {
	// Each party complies with the data protection law that applies to it.
	Law bool `json:"law,omitempty"`
	// Each party protects the data by technical and organisational measures, at least those of Schedule B.
	Measures bool `json:"measures,omitempty"`
	// The data processing agreement between the parties. Needed where personal data is shared.
	DPA *DPA `json:"dpa,omitempty"`
	// How soon after discovering a breach a party notifies the other, for example PT48H.
	BreachNotice calendar.Duration `json:"breach_notice,omitzero"`
}

// DPA names a data processing agreement.
type DPA struct {
	// The name of the attachment on the front page that is the data processing agreement.
	Attachment string `json:"attachment,omitempty"`
	// How the parties cite a data processing agreement that is not attached.
	Reference string `json:"reference,omitempty"`
	// The date of the data processing agreement.
	Date calendar.Date `json:"date"`
	// How the parties stand to each other under data protection law: the recipient is the provider's processor, both are joint controllers, or each is a controller of its own.
	Relation Relation `json:"relation"`
}

// Relation is who decides on the processing of personal data.
type Relation string

// The relations that data protection law knows.
const (
	Processor   Relation = "processor"
	Joint       Relation = "joint"
	Independent Relation = "independent"
)

// Values lists what a file may say.
func (Relation) Values() []string { return []string{"processor", "joint", "independent"} }

// Training is clause 3.4. What is not ticked is not permitted.
type Training struct {
	// Customer data never trains an AI model.
	CustomerDataNever bool `json:"customer_data_never,omitempty"`
	// Aggregated or anonymised data may train an AI model where the provider has explicitly consented.
	AggregatedWithConsent bool `json:"aggregated_with_consent,omitempty"`
	// The separate agreement under which the parties train AI models jointly, as they cite it. This agreement itself then permits no joint training.
	JointByAgreement string `json:"joint_by_agreement,omitempty"`
	// The consents to training that the parties give by signing. Consents given later are recorded and do not change this file.
	Consents []Consent `json:"consents,omitempty"`
	// The data, by name in clause 3.1, in which the provider may place canary records that show later whether a model was trained on it.
	Canaries []string `json:"canaries,omitempty"`
}

// Consent is a provider's explicit consent to training, no wider than its words.
type Consent struct {
	// A short name for the consent, by which each use of it is recorded: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// The party that consents: the one that provides the data.
	Provider agreement.Party `json:"provider"`
	// The class of data that the consent covers.
	Class agreement.DataClass `json:"class"`
	// The data that the consent covers, by name in clause 3.1. Left out, it covers all data of the class that the party provides.
	Data []string `json:"data,omitempty"`
	// What the data may be used for, as narrowly as the provider means it, for example "fine-tuning of tidewater-embed-1".
	Purpose string `json:"purpose"`
	// The last day on which the consent holds. Left out, it holds while the agreement is in force, unless it is withdrawn.
	Until calendar.Date `json:"until,omitzero"`
}
