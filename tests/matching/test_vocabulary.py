"""What the lexicon reads from plain sentences: concepts that must be there, and senses that must not."""

import pytest
from made_content import answer

from avow.matching import match
from avow.matching.normalise import Reader
from avow.matching.quantities import decoded
from avow.model.matches import Recommendation

# text, the concepts it must hold, the concepts it must not hold
TABLE = [
    # identity and access
    ("Is two-step login available?", "mfa", ""),
    ("Does your staff use passkeys?", "mfa workforce", ""),
    ("Are breached passwords refused?", "password-blocklist", "breach"),
    ("Are temporary passwords sent separately?", "initial-password password", ""),
    ("Do users have local admin rights?", "local-account privileged-access", ""),
    ("Are guest accounts reviewed?", "guest-account act-review", "visitor"),
    ("Is the domain controller hardened?", "user-directory hardening", "controller-processor"),
    ("Is AD the only directory?", "user-directory", "advertising"),
    (
        "Is access to the management console restricted?",
        "admin-interface act-restrict",
        "management-commitment",
    ),
    ("Are privileged sessions recorded?", "session-recording", "record-keeping"),
    ("Does the product log out idle users?", "session-timeout in-product", "logging"),
    ("Are accounts unused for 90 days disabled?", "dormant-account", ""),
    ("Leavers: how fast is access cut?", "deprovisioning", ""),
    ("Is credential stuffing detected?", "brute-force", ""),
    ("Is each action attributable to one person?", "accountability", ""),
    ("Do staff wear a badge or pass?", "physical-access workforce", ""),
    # cryptography
    (
        "Is the code-signing certificate kept in an HSM?",
        "code-signing hsm",
        "certification source-code act-acknowledge",
    ),
    ("Are container images signed?", "code-signing container-image", "act-acknowledge"),
    ("Do developers sign their commits?", "developer", "certification"),
    ("Are contracts signed with a qualified electronic signature?", "digital-signature", "code-signing"),
    ("Are client connections encrypted with TLS 1.2?", "tls encryption", "customer"),
    ("Do you renew certificates before they expire?", "certificate-pki", "certification"),
    ("Is there an ISO 27001 certificate?", "iso27001 certification", "certificate-pki"),
    (
        "Certificate of destruction for hard drives?",
        "destruction-certificate media-sanitization disk",
        "certification disk-encryption",
    ),
    ("Is MD5 still in use?", "weak-crypto encryption", ""),
    ("Which cipher suites are allowed?", "crypto-algorithm encryption", ""),
    ("Do you have plans for post-quantum cryptography?", "post-quantum", ""),
    ("Is mutual TLS supported?", "mtls tls", ""),
    ("Are laptops encrypted with BitLocker?", "endpoint disk-encryption", ""),
    ("Are hard disks wiped?", "disk media-sanitization", "disk-encryption encryption"),
    ("Is stored data encrypted?", "at-rest encryption", "in-transit"),
    # data and privacy
    ("Do you store data in the United States?", "act-store region-us", "at-rest"),
    ("Does any data leave the EEA?", "international-transfer region-eu", ""),
    ("Is data hosted in the EU?", "region-eu", "international-transfer"),
    ("Is personal data handed on to other processors?", "subprocessor personal-data", ""),
    ("What is the lawful basis for processing?", "lawful-basis", "consent"),
    ("Do you rely on consent?", "consent", "lawful-basis"),
    ("Do you carry out transfer impact assessments?", "tia", "dpia"),
    ("Which categories of personal data do you process?", "data-categories", "data-classification"),
    ("How are minors' data protected?", "children-data", ""),
    ("Are incidents classified by severity?", "incident severity", "data-classification"),
    ("Is data classified according to sensitivity?", "data-classification", "severity"),
    ("Is training given to all staff?", "training workforce", "data-sharing"),
    ("Are logs exported to the SIEM?", "logging siem", "international-transfer"),
    ("Does the backup sit on tape?", "physical-media backup", ""),
    ("Is our content used as training data for models?", "ai-training", "training"),
    ("Do you retain ownership of the data?", "data-owner", "data-retention"),
    ("Is the accuracy of personal data checked?", "data-quality", ""),
    # operations
    ("Is the main branch protected?", "branch-protection", "power"),
    ("Is mains power backed by a generator?", "power", ""),
    ("What is the minimum version of the browser?", "browser", "version-control"),
    ("Does the vendor support software updates?", "patch-management", "end-of-life-software"),
    ("Is unsupported software in use?", "end-of-life-software", ""),
    (
        "Do you keep a register of software and hardware?",
        "asset-inventory act-inventory application device",
        "",
    ),
    ("Hardware inventory?", "asset-inventory device", "application"),
    ("Is there an inventory of software?", "asset-inventory application", "device"),
    ("Is there an inventory of physical devices?", "asset-inventory act-inventory", "physical"),
    ("Is the activity history of users kept?", "logging user", ""),
    ("Are live workloads separated from test systems?", "production act-separate non-production", ""),
    ("Is EDR deployed on all endpoints?", "edr endpoint", "release"),
    ("Who hosts the service?", "hosting", "server"),
    ("Do you inspect TLS traffic?", "traffic-inspection", "audit"),
    ("Is the firewall manual or automatic?", "manual firewall", "documentation"),
    ("Is there a user manual?", "documentation", "manual"),
    ("Is the air conditioning maintained?", "environmental-control", "wireless"),
    ("Do you train staff online?", "training workforce", "availability"),
    ("Are seals on the rack checked?", "act-verify", "certification"),
    ("Is the REST endpoint protected?", "api-security", "endpoint"),
    ("Is lateral movement made hard?", "lateral-movement", ""),
    ("Do you use a CASB?", "casb", ""),
    ("Is cloud posture watched by a CSPM?", "cspm", ""),
    ("Is DNSSEC enabled?", "dns", ""),
    ("Is infrastructure managed as code?", "iac", "source-code"),
    ("Does the ISP have a backup line?", "internet-provider", "security-policy"),
    ("Are OT networks kept apart?", "ot act-separate network", "environment-separation"),
    ("Are smart devices allowed?", "iot act-allow", ""),
    ("Are vulnerabilities rated by CVSS?", "vulnerability cvss", ""),
    ("Is TIBER-EU or TLPT performed?", "tlpt penetration-test", ""),
    ("Are core systems monitored?", "system monitoring", "content-security"),
    ("Is end-to-end encryption offered?", "e2ee encryption", "service"),
    ("Is output encoding applied?", "input-validation", "encryption"),
    ("Is security part of each stage of the project?", "security", "non-production"),
    ("Is each user's profile protected?", "user act-protect", "automated-decision"),
    ("Are findings fixed before the release?", "test-result release", "act-detect"),
    ("Is the quality management system certified?", "qms certification", "management-commitment"),
    ("Is access limited to our IP addresses?", "source-ip act-restrict", ""),
    # continuity and incidents
    ("What is your mean time to recover?", "mttr", "rto"),
    ("What is the recovery time objective?", "rto", "mttr"),
    ("What is the mean time to detect an intrusion?", "mttd", "rto"),
    ("What is the maximum tolerable downtime?", "mtpd", "rto"),
    ("Is there a minimum business continuity objective?", "mbco", "business-continuity"),
    ("Are backups kept off site?", "backup-offsite", ""),
    ("Is one copy kept offline?", "immutable-backup", ""),
    ("When will you tell us about a breach?", "act-notify customer breach", ""),
    ("How much notice do you give before maintenance?", "act-notify customer", ""),
    ("Is evidence preserved for court?", "forensics", ""),
    ("Do you pay ransom demands?", "ransomware", ""),
    ("Is there a call tree?", "emergency-contact", ""),
    ("Are fire detectors installed?", "environmental-control", "termination"),
    # governance
    ("Has the auditor noted exceptions?", "audit-finding", ""),
    ("Is there a bridge letter?", "bridge-letter", ""),
    ("Complementary user entity controls?", "cuec", ""),
    ("Share the executive summary of the report.", "report-summary", "management-commitment"),
    ("Are subcontractors bound by the same obligations?", "subprocessor flow-down", ""),
    ("Do you hold professional indemnity insurance?", "liability-insurance", "cyber-insurance"),
    ("Is there a software escrow?", "escrow", ""),
    ("Do you screen against sanctions lists?", "sanctions-screening", "policy-violation"),
    ("Is there an ethics hotline?", "whistleblowing", ""),
    ("Are gifts to officials recorded?", "anti-bribery", ""),
    ("How is your carbon footprint measured?", "sustainability", ""),
    ("Are conflicts of interest declared?", "conflict-of-interest", ""),
    ("Is there human oversight of AI decisions?", "human-oversight ai", "workforce"),
    ("Is prompt injection tested?", "ai-security ai", "input-validation"),
    ("Is the model tested for bias?", "ai-bias", "bia"),
    ("Is a BIA carried out?", "bia", "ai-bias"),
    ("Are critical suppliers identified?", "vendor critical", ""),
    ("Are interns and apprentices trained?", "trainee-worker training", ""),
    ("Are external staff bound by the policies?", "contractor", "independent-party"),
    ("Is personal information sold?", "personal-data act-share", ""),
    ("Is video conferencing secured?", "collaboration-tool", "cctv"),
    ("Is there an annual budget for security?", "security-budget", ""),
    # the product, and the company's own people and IT
    ("Is MFA enforced for all user accounts of the product?", "mfa product-user", "workforce"),
    ("Can the customer's administrators enforce MFA?", "product-user privileged-access mfa", "own-admin"),
    ("Do your administrators use MFA?", "own-admin privileged-access mfa", "product-user"),
    ("Does the software support SSO?", "in-product sso", ""),
    ("Does the platform support SSO?", "in-product sso", ""),
    ("Is the corporate network segmented?", "corporate-it network", "in-product"),
    ("Is local account access to the appliance disabled?", "local-account in-product", ""),
    # German
    ("Gibt es ein Hinweisgebersystem?", "whistleblowing", ""),
    ("Wo befindet sich Ihr Rechenzentrum?", "data-centre", ""),
    ("Haben Sie ein Löschkonzept?", "deletion", ""),
    ("Ist ein AVV mit TOM vorhanden?", "dpa toms", ""),
    ("Werden Daten außerhalb der EU verarbeitet?", "international-transfer region-eu", ""),
    ("Welche Unterauftragnehmer setzen Sie ein?", "subprocessor", ""),
    (
        "Werden Festplatten vor der Entsorgung gelöscht?",
        "disk deletion media-sanitization",
        "disk-encryption",
    ),
    ("Nutzen Sie Kundendaten zum Training von KI?", "customer-data ai-training", "training"),
    ("Sind Test- und Produktionsumgebung getrennt?", "production non-production act-separate", ""),
    ("Gibt es eine USV und eine Brandmeldeanlage?", "power environmental-control", ""),
    ("Wird der Notfallplan jährlich geübt?", "disaster-recovery plan act-test", ""),
    # French
    ("Où hébergez-vous nos données ?", "data-residency data", ""),
    ("Quels sous-traitants ont accès aux données personnelles ?", "subprocessor personal-data", ""),
    ("Les comptes sont-ils désactivés au départ d'un salarié ?", "termination", ""),
    ("Informez-vous vos clients en cas de violation de données ?", "act-notify customer breach", ""),
    ("Que deviennent les données à la fin du contrat ?", "exit-strategy", ""),
    ("Disposez-vous d'un PCA testé chaque année ?", "business-continuity plan act-test", ""),
    ("Transférez-vous des données hors UE ?", "international-transfer region-eu", ""),
    ("Les disques durs sont-ils détruits ?", "disk deletion", "disk-encryption"),
    ("Avez-vous un dispositif d'alerte professionnelle ?", "whistleblowing", ""),
    # Spanish
    ("¿En qué país se alojan los datos?", "data-residency data", ""),
    ("¿Tienen un canal de denuncias?", "whistleblowing", ""),
    ("¿Qué subencargados tratan datos personales?", "subprocessor personal-data", ""),
    (
        "¿Se revocan los accesos cuando un empleado deja la empresa?",
        "deprovisioning termination workforce",
        "",
    ),
    ("¿Cuentan con un seguro de responsabilidad civil?", "liability-insurance", "cyber-insurance"),
    ("¿Usan nuestros datos para entrenar modelos de IA?", "ai-training data", "training"),
    ("¿Se forma al personal en seguridad?", "training security", ""),
    # fragments in English are not read as another language
    ("Personal email accounts", "email account", "workforce"),
    ("Assurance reports", "audit-report", "cyber-insurance"),
    ("Formal policy", "policy", "act-document"),
    ("Red Hat servers", "server", "network"),
]


@pytest.mark.parametrize(("text", "held", "absent"), TABLE)
def test_a_sentence_is_read_as_what_it_says(lexicon, text, held, absent):
    features = set(Reader(lexicon).read(text).features)
    assert set(held.split()) <= features
    assert not set(absent.split()) & features


def test_the_table_names_only_concepts_that_the_lexicon_has(lexicon):
    defined = {entry.concept for terms in lexicon.terms.values() for _, entry in terms if entry.concept}
    defined |= {part for parts in lexicon.composed.values() for part in parts}
    named = {concept for _, held, absent in TABLE for concept in (*held.split(), *absent.split())}
    assert named <= defined, sorted(named - defined)


@pytest.mark.parametrize(
    ("text", "negations"),
    [
        ("Is single sign-on available at no extra cost?", 0),
        ("Is the export free of charge?", 0),
        ("Please note that evidence is needed.", 0),
        ("Were exceptions noted in the report?", 0),
        ("Is the product free of third-party advertising?", 1),
    ],
)
def test_a_phrase_turns_a_question_round_only_where_it_denies(lexicon, text, negations):
    assert Reader(lexicon).read(text).negations == negations


@pytest.mark.parametrize(
    ("text", "days", "direction"),
    [
        ("Melden Sie Vorfälle innerhalb von 24 Stunden?", 1, "<"),
        ("Les correctifs sont-ils appliqués dans les 30 jours ?", 30, "<"),
        ("¿Aplican los parches en menos de 14 días?", 14, "<"),
        ("Les journaux sont-ils conservés au moins 12 mois ?", 365, ">"),
    ],
)
def test_periods_are_read_in_four_languages(lexicon, text, days, direction):
    features = Reader(lexicon).read(text).features
    kind, family, value, way = next(decoded(f) for f in features if f.startswith("n:"))
    assert (kind, family, way) == ("n", "time", direction)
    assert value == pytest.approx(days, rel=0.01)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Is MFA enforced for your employees?", "Is MFA enforced for all user accounts of the product?"),
        ("Does the software support MFA?", "Do your staff use MFA?"),
        ("Do your administrators use MFA?", "Can the customer's administrators enforce MFA?"),
        ("Is access to corporate systems logged?", "Is access to the product logged?"),
    ],
)
def test_the_product_and_the_companys_own_people_are_told_apart(index_of, held, asked):
    proposal = match(asked, index_of(held))
    assert proposal.recommendation not in {Recommendation.STRONG, Recommendation.MEDIUM}
    assert any(cap.name == "contrast" and "the product" in cap.note for cap in proposal.caps), proposal.caps


@pytest.mark.parametrize(
    ("held", "asked", "level"),
    [
        ("Is MFA enforced?", "Is MFA enforced in the product?", Recommendation.MEDIUM),
        (
            "Is customer data encrypted at rest?",
            "Does the product encrypt customer data at rest?",
            Recommendation.STRONG,
        ),
        (
            "Is the application protected by a WAF?",
            "Is the product protected by a WAF?",
            Recommendation.STRONG,
        ),
    ],
)
def test_the_product_must_be_named_where_the_company_has_the_same(index_of, held, asked, level):
    index = index_of(held, "Is there a visitor log at reception?")
    assert match(asked, index).recommendation is level


def test_accounts_of_the_product_named_on_one_side_go_to_a_person(index_of):
    proposal = match("Is MFA enforced for users of the product?", index_of("Is MFA enforced for users?"))
    assert proposal.recommendation is Recommendation.MEDIUM
    assert any("the product's users is asked" in cap.note for cap in proposal.caps), proposal.caps


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Are employees trained in security?", "Is security training given to staff?"),
        ("Is the product penetration-tested every year?", "Is the product penetration-tested annually?"),
        ("Is MFA enforced for users of the product?", "Is MFA enforced for the product's users?"),
    ],
)
def test_what_names_the_same_side_stays_strong(index_of, held, asked):
    index = index_of(answer("a0", held), "Is there a visitor log at reception?")
    assert match(asked, index).recommendation is Recommendation.STRONG


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("What is your RTO?", "What is your MTTR?"),
        ("Do you hold cyber insurance?", "Do you hold professional indemnity insurance?"),
        ("Is there a transfer impact assessment?", "Is there a data protection impact assessment?"),
        ("Is the service multi-tenant?", "Is the service single-tenant?"),
    ],
)
def test_what_a_careful_reviewer_keeps_apart_stays_apart(index_of, held, asked):
    proposal = match(asked, index_of(held))
    assert proposal.recommendation not in {Recommendation.STRONG, Recommendation.MEDIUM}
