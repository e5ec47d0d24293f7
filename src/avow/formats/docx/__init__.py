"""Word documents: read from their XML, and filled by splicing its bytes."""
