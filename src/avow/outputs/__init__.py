"""What Avow writes beside the customer's file: reports, the gap list, the review and companion workbooks."""
